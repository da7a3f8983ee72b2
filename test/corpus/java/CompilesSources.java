// SPDX-License-Identifier: MIT
import java.net.URI;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.tools.JavaCompiler;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/** A compiler that is at work, as in a build or behind pages that are compiled: classes, garbage, and the JIT compiler behind it. */
final class CompilesSources {
    static final int METHODS = 401;

    public static void main(String[] args) throws Exception {
        compile();
        Thread worker = new Thread(() -> {
            for (;;) compile();
        }, "compiler");
        worker.setDaemon(true);
        worker.start();
        Program.ready(0);
    }

    private static void compile() {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        String methods = IntStream.range(0, METHODS)
                .mapToObj(i -> "static String m" + i + "(int a) { var x = java.util.List.of(a, " + i + "); return x.stream().map(v -> v + \"-\").toList().toString(); }")
                .collect(Collectors.joining("\n"));
        SimpleJavaFileObject source = new SimpleJavaFileObject(URI.create("string:///Page.java"), javax.tools.JavaFileObject.Kind.SOURCE) {
            @Override
            public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                return "class Page {\n" + methods + "\n}";
            }
        };
        // It reads and checks, and writes nothing.
        if (!compiler.getTask(null, null, null, List.of("-XDshould-stop.ifNoError=FLOW"), null, List.of(source)).call()) {
            throw new IllegalStateException("the source does not compile");
        }
    }
}
