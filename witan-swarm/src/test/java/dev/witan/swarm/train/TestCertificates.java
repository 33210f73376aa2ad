// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.train;

import dev.witan.swarm.PeerId;
import dev.witan.swarm.identity.Authority;
import dev.witan.swarm.identity.Credential;
import dev.witan.swarm.identity.Endpoint;
import dev.witan.swarm.identity.PeerKey;
import dev.witan.swarm.identity.PeerRole;
import dev.witan.swarm.identity.RootSet;
import dev.witan.swarm.identity.SwarmId;
import dev.witan.swarm.identity.SwarmTls;
import dev.witan.swarm.identity.SwarmTrust;

import io.grpc.ChannelCredentials;
import io.grpc.ServerCredentials;
import io.grpc.TlsChannelCredentials;
import io.grpc.TlsServerCredentials;

import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/// A swarm's certificates: those of its hosts in files, the trainer's here.
///
/// @param trainer name of the trainer
/// @param hosts names of the hosts
/// @param channel what the trainer shows and believes
record TestCertificates(PeerId trainer, List<PeerId> hosts, ChannelCredentials channel) {
    private static final InstantSource CLOCK = InstantSource.system();
    private static final List<Endpoint> HERE =
            List.of(new Endpoint("127.0.0.1", 1), new Endpoint("localhost", 1));

    static TestCertificates found(Path folder, int hosts) throws IOException {
        var random = new SecureRandom();
        Authority root = Authority.root(SwarmId.random(random), CLOCK, random);
        SwarmTrust trust = SwarmTrust.founded(RootSet.found(root), CLOCK);
        trust.save(folder.resolve("trust"));
        List<PeerId> names = new ArrayList<>();
        for (int h = 0; h < hosts; h++) {
            PeerKey key = PeerKey.generate(random);
            names.add(key.peer());
            root.certifyOwn(key, PeerRole.HOST, HERE, CLOCK).save(file(folder, h));
        }
        PeerKey trainer = PeerKey.generate(random);
        var tls = new SwarmTls(root.certifyOwn(trainer, PeerRole.TRAINER, HERE, CLOCK), trust);
        return new TestCertificates(
                trainer.peer(),
                names,
                TlsChannelCredentials.newBuilder()
                        .keyManager(tls.keyManager())
                        .trustManager(tls.trustManager())
                        .build());
    }

    /// What a host shows and believes.
    static ServerCredentials server(Path folder, int host) throws IOException {
        var tls =
                new SwarmTls(
                        Credential.open(file(folder, host)),
                        SwarmTrust.open(folder.resolve("trust"), CLOCK));
        return TlsServerCredentials.newBuilder()
                .keyManager(tls.keyManager())
                .trustManager(tls.trustManager())
                .clientAuth(TlsServerCredentials.ClientAuth.REQUIRE)
                .build();
    }

    private static Path file(Path folder, int host) {
        return folder.resolve("host-" + host);
    }
}
