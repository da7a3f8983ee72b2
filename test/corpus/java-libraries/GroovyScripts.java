// SPDX-License-Identifier: MIT
import groovy.lang.Script;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.codehaus.groovy.control.CompilationUnit;
import org.codehaus.groovy.control.Phases;
import org.codehaus.groovy.tools.GroovyClass;

/** A job of Groovy whose classes each run loads anew, and that stays registered: they are never unloaded. It is compiled once, as that takes most of the time. */
final class GroovyScripts {
    static final int RUNS = 229;
    static final int STAGES = 61;
    static final List<Script> RUN = new ArrayList<>();

    static final class JobLoader extends ClassLoader {
        private final Map<String, byte[]> job;

        JobLoader(Map<String, byte[]> job) {
            super(GroovyScripts.class.getClassLoader());
            this.job = job;
        }

        @Override
        protected Class<?> findClass(String name) throws ClassNotFoundException {
            byte[] bytes = job.get(name);
            if (bytes == null) throw new ClassNotFoundException(name);
            return defineClass(name, bytes, 0, bytes.length);
        }
    }

    public static void main(String[] args) throws Exception {
        Map<String, byte[]> job = compile();
        long sum = 0;
        for (int i = 0; i < RUNS; i++) {
            JobLoader loader = new JobLoader(job);
            for (String name : job.keySet()) Class.forName(name, false, loader);
            Script script = (Script) loader.loadClass("Job").getDeclaredConstructor().newInstance();
            sum += ((Number) script.run()).longValue();
            RUN.add(script);
        }
        if (sum != (long) RUNS * STAGES) throw new AssertionError(sum);
        Program.ready(Program.metaspaceBytes());
    }

    private static Map<String, byte[]> compile() {
        StringBuilder text = new StringBuilder();
        for (int stage = 1; stage <= STAGES; stage++) {
            text.append("class Stage").append(stage).append(" { int done, retries\n");
            text.append("  def run(Map context, int last) { done = last + context.retries; done }\n");
            text.append("  def undo(Map context) { context.findAll { it.value }.each { name, value -> retries += value } } }\n");
        }
        text.append("new Stage1().run([retries: 1], ").append(STAGES - 1).append(")\n");
        CompilationUnit unit = new CompilationUnit();
        unit.addSource("Job.groovy", text.toString());
        unit.compile(Phases.CLASS_GENERATION);
        Map<String, byte[]> classes = new HashMap<>();
        for (GroovyClass one : unit.getClasses()) classes.put(one.getName(), one.getBytes());
        return classes;
    }
}
