// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.identity;

import java.nio.ByteBuffer;

import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;

/// Two TLS engines that talk through buffers.
final class EnginePair {
    private static final int ROUNDS_MAX = 100;
    private static final int BUFFER = 1 << 16;

    private EnginePair() {}

    /// The client's id as the server sees it, or the name of the first refusal.
    static String handshake(SSLEngine client, SwarmTls host) {
        SSLEngine server = host.serverEngine();
        var toServer = ByteBuffer.allocate(BUFFER);
        var toClient = ByteBuffer.allocate(BUFFER);
        try {
            client.beginHandshake();
            server.beginHandshake();
            for (int i = 0; i < ROUNDS_MAX; i++) {
                step(client, toServer, toClient);
                step(server, toClient, toServer);
                if (isDone(client) && isDone(server) && toServer.position() == 0) {
                    return host.peerOf(server.getSession()).peer().hex();
                }
            }
            throw new AssertionError("the handshake does not end");
        } catch (SSLException | PeerRefusedException e) {
            return Refusal.of(e).name();
        }
    }

    private static void step(SSLEngine engine, ByteBuffer out, ByteBuffer in) throws SSLException {
        var empty = ByteBuffer.allocate(0);
        var sink = ByteBuffer.allocate(BUFFER);
        switch (engine.getHandshakeStatus()) {
            case NEED_TASK -> {
                for (Runnable task = engine.getDelegatedTask();
                        task != null;
                        task = engine.getDelegatedTask()) {
                    task.run();
                }
            }
            case NEED_WRAP -> engine.wrap(empty, out);
            case NEED_UNWRAP, NEED_UNWRAP_AGAIN, NOT_HANDSHAKING, FINISHED -> {
                in.flip();
                engine.unwrap(in, sink);
                in.compact();
            }
        }
    }

    private static boolean isDone(SSLEngine engine) {
        return engine.getHandshakeStatus() == HandshakeStatus.NOT_HANDSHAKING;
    }
}
