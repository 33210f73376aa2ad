// SPDX-License-Identifier: Apache-2.0
package dev.witan.engine;

import org.bytedeco.javacpp.Loader;
import org.bytedeco.pytorch.global.torch;

import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;

/// libtorch, started once per process with the settings that were measured to matter.
///
/// Call [#start] before the first tensor is made: OpenMP and OpenBLAS read their settings when
/// their libraries load. Left at their defaults, both keep pools that spin on the same cores: a
/// small step takes 55 times as long. OpenMP gets a passive wait policy, and OpenBLAS no pool at
/// all, because its workers wait busily for each other; products are divided among [#workers]
/// instead.
///
/// **Threads.** libtorch's own parallel operators and the pool of [#workers] use [#threads] threads
/// each and are never busy at the same time. The count is the number of available processors unless
/// the system property `witan.threads` or the environment variable `WITAN_THREADS` says otherwise.
public final class Engine {
    private final int threads;
    private final Workers workers;
    private final Map<RowFunction, RowBlocks> rowBlocks = new ConcurrentHashMap<>();

    private Engine(int threads) {
        this.threads = threads;
        this.workers = new Workers(threads);
    }

    /// The engine of this process; the first call loads libtorch.
    ///
    /// **Errors** [EngineException] if libtorch is not published for this system or cannot load.
    /// **Threads** any.
    public static Engine start() {
        return Holder.INSTANCE;
    }

    /// Threads of a parallel operator, and workers of the pool.
    public int threads() {
        return threads;
    }

    /// The pool of single-threaded workers that expert kernels run on.
    public Workers workers() {
        return workers;
    }

    /// The blocks in which `function` is to be computed in the given mode.
    ///
    /// In the invariant mode the first call for a function checks this machine's libraries, for at
    /// most about half a second.
    ///
    /// @param most bound on the rows of a block in the fast mode
    public RowBlocks rowBlocks(RowFunction function, BatchMode mode, int most) {
        return switch (mode) {
            case FAST -> RowBlocks.upTo(most);
            case INVARIANT -> rowBlocks.computeIfAbsent(function, this::check);
        };
    }

    private RowBlocks check(RowFunction function) {
        var answer = new AtomicReference<RowBlocks>();
        workers.forEach(1, _ -> answer.set(RowBlocks.checked(function)));
        return Objects.requireNonNull(answer.get());
    }

    private static Engine load() {
        NativeEnvironment.setDefault("OMP_WAIT_POLICY", "passive");
        NativeEnvironment.setDefault("OPENBLAS_NUM_THREADS", "1");
        // Every expert has its own row count: room for the primitives of all of them.
        NativeEnvironment.setDefault("ONEDNN_PRIMITIVE_CACHE_CAPACITY", "4096");
        // JavaCPP would refuse native memory beyond twice the Java heap; weights live outside it.
        System.setProperty("org.bytedeco.javacpp.maxphysicalbytes", "0");
        System.setProperty("org.bytedeco.javacpp.maxbytes", "0");
        NativeEnvironment.keepFreedMemory();
        int threads = threadCount();
        UnpackedLibraries.complete();
        try {
            Loader.load(torch.class);
            torch.set_num_threads(threads);
        } catch (UnsatisfiedLinkError | NoClassDefFoundError | ExceptionInInitializerError e) {
            throw new EngineException(
                    "libtorch does not load on "
                            + System.getProperty("os.name")
                            + " "
                            + System.getProperty("os.arch").toLowerCase(Locale.ROOT)
                            + ": Witan runs on Linux x86-64 (glibc), macOS and Windows x86-64 ("
                            + firstLine(e)
                            + ")",
                    e);
        }
        return new Engine(threads);
    }

    private static String firstLine(Throwable e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("no reason given");
    }

    private static int threadCount() {
        String wanted = System.getProperty("witan.threads", System.getenv("WITAN_THREADS"));
        if (wanted == null || wanted.isBlank()) {
            return Runtime.getRuntime().availableProcessors();
        }
        try {
            int count = Integer.parseInt(wanted.strip());
            if (count >= 1 && count <= 1024) {
                return count;
            }
        } catch (NumberFormatException e) {
            throw new EngineException(badThreads(wanted), e);
        }
        throw new EngineException(badThreads(wanted));
    }

    private static String badThreads(String wanted) {
        return "WITAN_THREADS must be a whole number in [1, 1024], was '" + wanted + "'";
    }

    private static final class Holder {
        static final Engine INSTANCE = load();
    }
}
