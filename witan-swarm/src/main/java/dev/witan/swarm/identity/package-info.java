// SPDX-License-Identifier: Apache-2.0
/// Who a peer is and whom it believes: keys, certificates, join tokens, admission and TLS.
///
/// - A peer *is* its Ed25519 key ([PeerKey]); its [dev.witan.swarm.PeerId] is the hash of the
///   public key.
/// - A TLS key (EC P-256) is certified by the swarm ([Authority]) in a certificate that names the
///   peer and carries the peer's own signature of the TLS key. An issuer alone cannot make a
///   certificate for somebody else's name.
/// - [SwarmTrust] says which certificates hold here and now: root certificates, revocations, time.
/// - [SwarmTls] gives key managers, trust managers and engines that follow changes of both.
///
/// Every decoder of this package bounds what it reads and answers bad bytes with one line.
@NullMarked
package dev.witan.swarm.identity;

import org.jspecify.annotations.NullMarked;
