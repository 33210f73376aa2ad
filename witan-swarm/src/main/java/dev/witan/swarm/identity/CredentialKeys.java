// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.identity;

import org.jspecify.annotations.Nullable;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Arrays;

import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;

/// Shows one credential, which can be replaced.
///
/// A handshake asks for a name first and for key and chain later; so the credential before the
/// present one keeps its name.
final class CredentialKeys extends X509ExtendedKeyManager {
    private static final String KEY_TYPE = "EC";

    private record Named(String alias, Credential credential) {}

    private record Pair(Named present, Named before) {}

    private volatile Pair pair;
    private long changes;

    CredentialKeys(Credential credential) {
        var first = new Named("credential-0", credential);
        pair = new Pair(first, first);
    }

    synchronized void replace(Credential credential) {
        changes++;
        pair = new Pair(new Named("credential-" + changes, credential), pair.present);
    }

    Credential credential() {
        return pair.present.credential;
    }

    @Override
    public String[] getClientAliases(String keyType, Principal @Nullable [] issuers) {
        return getServerAliases(keyType, issuers);
    }

    @Override
    public String[] getServerAliases(String keyType, Principal @Nullable [] issuers) {
        return KEY_TYPE.equals(keyType) ? new String[] {pair.present.alias} : new String[0];
    }

    @Override
    public @Nullable String chooseClientAlias(
            String[] keyTypes, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return Arrays.asList(keyTypes).contains(KEY_TYPE) ? pair.present.alias : null;
    }

    @Override
    public @Nullable String chooseEngineClientAlias(
            String[] keyTypes, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
        return chooseClientAlias(keyTypes, issuers, null);
    }

    @Override
    public @Nullable String chooseServerAlias(
            String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return KEY_TYPE.equals(keyType) ? pair.present.alias : null;
    }

    @Override
    public @Nullable String chooseEngineServerAlias(
            String keyType, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
        return chooseServerAlias(keyType, issuers, null);
    }

    @Override
    public X509Certificate @Nullable [] getCertificateChain(@Nullable String alias) {
        Credential credential = named(alias);
        return credential == null ? null : credential.chain().toArray(X509Certificate[]::new);
    }

    @Override
    public @Nullable PrivateKey getPrivateKey(@Nullable String alias) {
        Credential credential = named(alias);
        return credential == null ? null : credential.key();
    }

    private @Nullable Credential named(@Nullable String alias) {
        Pair now = pair;
        if (now.present.alias.equals(alias)) {
            return now.present.credential;
        }
        return now.before.alias.equals(alias) ? now.before.credential : null;
    }
}
