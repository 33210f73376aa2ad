// SPDX-License-Identifier: Apache-2.0
package dev.witan.offences;

import dev.witan.offences.ring.Ring;
import dev.witan.testkit.Seeded;

import io.grpc.Status;

import org.bouncycastle.asn1.x500.X500Name;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.pytorch.global.torch;

import picocli.CommandLine;

import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Logger;

/// Everything that the architecture rules forbid, once; never run.
@SuppressWarnings("restricted") // That is one of the offences.
public final class Offences {
    static final AtomicInteger HOLDER = new AtomicInteger();
    static int counter;

    private Offences() {}

    static final class OffenceManager {}

    static Class<?> ofTestkit() {
        return Seeded.class;
    }

    static Class<?> ofRing() {
        return Ring.class;
    }

    static Class<?> ofTerminal() {
        return CommandLine.class;
    }

    static Class<?> ofGrpc() {
        return Status.class;
    }

    static Class<?> ofCertificates() {
        return X500Name.class;
    }

    static String loader() {
        return Loader.getPlatform();
    }

    static void threads() {
        torch.set_num_threads(1);
    }

    static MemorySegment reinterpreted(MemorySegment segment) {
        return segment.reinterpret(1);
    }

    static Linker linker() {
        return Linker.nativeLinker();
    }

    static void print() {
        System.out.println(HOLDER.incrementAndGet() + counter++);
    }

    static void runtimeException() {
        if (counter > 0) {
            throw new RuntimeException("generic");
        }
    }

    static void error() {
        if (counter > 0) {
            throw new Error("generic");
        }
    }

    static Logger logger() {
        return Logger.getLogger("offences");
    }
}
