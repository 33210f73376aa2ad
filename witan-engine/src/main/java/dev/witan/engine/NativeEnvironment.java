// SPDX-License-Identifier: Apache-2.0
package dev.witan.engine;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Locale;
import java.util.Optional;

/// The environment of this process as native libraries see it when they load.
///
/// OpenMP and oneDNN read their settings from environment variables in their library constructors,
/// and Java has no way to set one; so this calls the C library's own function. A value that the
/// user has set wins.
final class NativeEnvironment {
    /// Parameter numbers of `mallopt` in glibc's malloc.h.
    private static final int LARGEST_FAST_BLOCK = 1;

    private static final int TRIM_THRESHOLD = -1;

    private static final int MMAP_THRESHOLD = -3;

    private NativeEnvironment() {}

    /// Sets `name` unless the user's environment already has it.
    @SuppressWarnings("restricted") // The one native call of our own; the launcher allows it.
    static void setDefault(String name, String value) {
        if (System.getenv(name) != null) {
            return;
        }
        boolean windows =
                System.getProperty("os.name").toLowerCase(Locale.ROOT).startsWith("windows");
        Linker linker = Linker.nativeLinker();
        FunctionDescriptor descriptor =
                windows
                        ? FunctionDescriptor.of(
                                ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS)
                        : FunctionDescriptor.of(
                                ValueLayout.JAVA_INT,
                                ValueLayout.ADDRESS,
                                ValueLayout.ADDRESS,
                                ValueLayout.JAVA_INT);
        MethodHandle set =
                linker.downcallHandle(
                        linker.defaultLookup().findOrThrow(windows ? "_putenv_s" : "setenv"),
                        descriptor);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment cName = arena.allocateFrom(name);
            MemorySegment cValue = arena.allocateFrom(value);
            int status =
                    windows
                            ? (int) set.invokeExact(cName, cValue)
                            : (int) set.invokeExact(cName, cValue, 0);
            if (status != 0) {
                throw new EngineException("cannot set environment variable " + name);
            }
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) { // MethodHandle.invokeExact declares Throwable; C throws nothing.
            throw new EngineException("cannot set environment variable " + name, e);
        }
    }

    /// Makes glibc reuse freed blocks of up to 32 MiB instead of handing them back to the system:
    /// activations come and go every step, and fresh pages cost more than filling them. Does
    /// nothing on other C libraries.
    @SuppressWarnings("restricted") // As above.
    static void keepFreedMemory() {
        Linker linker = Linker.nativeLinker();
        Optional<MemorySegment> address = linker.defaultLookup().find("mallopt");
        if (address.isEmpty()) {
            return;
        }
        MethodHandle mallopt =
                linker.downcallHandle(
                        address.get(),
                        FunctionDescriptor.of(
                                ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
        try {
            int _ = (int) mallopt.invokeExact(MMAP_THRESHOLD, 32 << 20);
            int _ = (int) mallopt.invokeExact(TRIM_THRESHOLD, 512 << 20);
            // Else every large block that is freed first merges all small ones freed before.
            int _ = (int) mallopt.invokeExact(LARGEST_FAST_BLOCK, 0);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) { // As above.
            throw new EngineException("cannot set up the memory allocator", e);
        }
    }
}
