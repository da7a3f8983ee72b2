/** The variable by which a JVM gets arguments, whatever starts it (JVMTI specification, "JAVA_TOOL_OPTIONS"). */
export const javaOptionsVariable = 'JAVA_TOOL_OPTIONS';

/** All variables that a JVM or its launcher takes arguments from. */
export const javaOptionsVariables = [javaOptionsVariable, 'JDK_JAVA_OPTIONS', '_JAVA_OPTIONS'] as const;
