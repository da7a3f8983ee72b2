// SPDX-License-Identifier: MIT
package io.offheap.junit;

import java.lang.reflect.Method;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;
import org.junit.platform.commons.support.AnnotationSupport;

/** Behind {@link LimitNative} and {@link NoNativeGrowth}, which bring it in. */
public final class NativeMemoryExtension implements ExecutionCondition, InvocationInterceptor {
    /** System property: with {@code true} a test without the meter fails instead of being skipped. */
    static final String REQUIRED = "offheap.required";

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        try {
            NativeMemory.ofThisProcess();
            return ConditionEvaluationResult.enabled("the meter counts this JVM");
        } catch (NoMeterException none) {
            if (Boolean.getBoolean(REQUIRED)) throw none;
            return ConditionEvaluationResult.disabled(none.getMessage());
        }
    }

    @Override
    public void interceptTestMethod(
            Invocation<Void> invocation, ReflectiveInvocationContext<Method> call, ExtensionContext context) throws Throwable {
        run(invocation, call, context);
    }

    /** Of a parameterized or a repeated test: each of its calls by itself. */
    @Override
    public void interceptTestTemplateMethod(
            Invocation<Void> invocation, ReflectiveInvocationContext<Method> call, ExtensionContext context) throws Throwable {
        run(invocation, call, context);
    }

    private static void run(Invocation<Void> invocation, ReflectiveInvocationContext<Method> call, ExtensionContext context)
            throws Throwable {
        NativeMemory memory = NativeMemory.ofThisProcess();
        LimitNative limit = find(context, LimitNative.class);
        NoNativeGrowth growth = find(context, NoNativeGrowth.class);
        LimitCheck check = limit == null ? null : new LimitCheck(memory, limit);
        if (growth == null) invocation.proceed();
        else new GrowthCheck(memory, growth).run(invocation, call);
        if (check != null) check.verify();
    }

    /** The method's own, or else the nearest class's. */
    private static <A extends java.lang.annotation.Annotation> A find(ExtensionContext context, Class<A> type) {
        A own = AnnotationSupport.findAnnotation(context.getElement(), type).orElse(null);
        Class<?> owner = context.getRequiredTestClass();
        for (Class<?> at = owner; own == null && at != null; at = at.getEnclosingClass()) {
            own = AnnotationSupport.findAnnotation(at, type).orElse(null);
        }
        return own;
    }
}
