// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.identity;

import dev.witan.swarm.PeerId;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import javax.net.ssl.SSLSocket;

/// A listening socket of one peer, which answers one byte with one byte.
final class LoopbackServer implements AutoCloseable {
    private static final int TIMEOUT_MS = 20_000;

    private final ServerSocket listening;
    private final SwarmTls tls;

    LoopbackServer(SwarmTls tls) throws IOException {
        this.tls = tls;
        listening = new ServerSocket(0, 8, InetAddress.getLoopbackAddress());
        listening.setSoTimeout(TIMEOUT_MS);
    }

    /// Puts TLS on a connected socket.
    @FunctionalInterface
    interface Client {
        SSLSocket over(Socket socket) throws IOException;
    }

    /// What either side saw: the other's id, or the name of its own refusal.
    record Outcome(String atServer, String atClient, String protocol) {}

    Outcome call(Client client) throws IOException {
        var server = start();
        try (Socket socket = connect();
                SSLSocket secured = client.over(socket)) {
            secured.setSoTimeout(TIMEOUT_MS);
            String seen = exchange(secured);
            String protocol = secured.getSession().getProtocol();
            return new Outcome(result(server), seen, protocol);
        }
    }

    Outcome callPlain(String text) throws IOException {
        var server = start();
        try (Socket socket = connect()) {
            socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
            return new Outcome(result(server), "", "");
        }
    }

    Open open(SwarmTls client, PeerId expected) throws IOException {
        Socket socket = connect();
        Socket accepted = listening.accept();
        SSLSocket serverSide = tls.serverSocket(accepted);
        var task = new FutureTask<>(() -> answer(serverSide));
        Thread.ofVirtual().start(task);
        SSLSocket clientSide = client.clientSocket(socket, expected);
        clientSide.setSoTimeout(TIMEOUT_MS);
        exchange(clientSide);
        result(task);
        return new Open(socket, accepted, serverSide, tls);
    }

    /// A connection that stays open.
    record Open(Socket client, Socket server, SSLSocket secured, SwarmTls tls)
            implements AutoCloseable {
        String peerAtServer() {
            try {
                return tls.peerOf(secured.getSession()).peer().hex();
            } catch (PeerRefusedException e) {
                return e.refusal().name();
            }
        }

        @Override
        public void close() throws IOException {
            client.close();
            server.close();
        }
    }

    private Socket connect() throws IOException {
        return new Socket(InetAddress.getLoopbackAddress(), listening.getLocalPort());
    }

    /// The result is there before the server hangs up: closing waits for the client to close.
    private CompletableFuture<String> start() {
        var result = new CompletableFuture<String>();
        Thread.ofVirtual()
                .start(() -> {
                    try (SSLSocket secured = tls.serverSocket(listening.accept())) {
                        result.complete(answer(secured));
                    } catch (IOException e) {
                        result.completeExceptionally(e);
                    }
                });
        return result;
    }

    private String answer(SSLSocket secured) throws IOException {
        try {
            secured.setSoTimeout(TIMEOUT_MS);
            secured.startHandshake();
            String peer = tls.peerOf(secured.getSession()).peer().hex();
            secured.getOutputStream().write(secured.getInputStream().read());
            return peer;
        } catch (IOException | PeerRefusedException e) {
            return Refusal.of(e).name();
        }
    }

    /// What the client makes of the server; a server that hangs up is `OTHER`.
    private String exchange(SSLSocket secured) {
        try {
            secured.startHandshake();
            PeerId seen =
                    LeafNames.peer(
                            (java.security.cert.X509Certificate)
                                    secured.getSession().getPeerCertificates()[0]);
            secured.getOutputStream().write(7);
            return secured.getInputStream().read() == 7 ? seen.hex() : Refusal.OTHER.name();
        } catch (IOException e) {
            return Refusal.of(e).name();
        }
    }

    private static String result(Future<String> task) throws IOException {
        try {
            return task.get(TIMEOUT_MS, TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        listening.close();
    }
}
