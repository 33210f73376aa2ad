// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.identity;

import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

import java.math.BigInteger;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Date;
import java.util.List;

/// Makes certificates. The JDK has no builder for them, hence BouncyCastle; the JDK signs.
final class CertificateForge {
    private static final int SERIAL_BITS = 127;

    private final SwarmId swarm;
    private final SecureRandom random;

    CertificateForge(SwarmId swarm, SecureRandom random) {
        this.swarm = swarm;
        this.random = random;
    }

    /// Who signs.
    ///
    /// @param name subject of the signer's certificate
    /// @param publicKey its public key
    /// @param key its private key
    record Signer(X500Name name, PublicKey publicKey, PrivateKey key) {
        static Signer of(X509Certificate certificate, PrivateKey key) {
            return new Signer(
                    X500Name.getInstance(certificate.getSubjectX500Principal().getEncoded()),
                    certificate.getPublicKey(),
                    key);
        }
    }

    /// A self-signed root.
    X509Certificate root(PublicKey publicKey, PrivateKey key, Validity validity) {
        X500Name name = name("root " + serial().toString(36).substring(0, 8));
        try {
            X509v3CertificateBuilder builder = builder(name, name, publicKey, validity);
            authority(builder, 1);
            return sign(builder, new Signer(name, publicKey, key));
        } catch (CertIOException e) {
            throw new IllegalStateException(e);
        }
    }

    /// A certificate for a peer that may issue certificates, but no issuers.
    X509Certificate issuer(Signer signer, PeerPublicKey peer, PublicKey key, Validity validity) {
        X500Name name = name("issuer " + peer.peer().shortName());
        try {
            X509v3CertificateBuilder builder = builder(signer.name, name, key, validity);
            authority(builder, 0);
            builder.addExtension(
                    Extension.subjectAlternativeName,
                    false,
                    new GeneralNames(uri(LeafNames.peerUri(peer.peer()))));
            return sign(builder, signer);
        } catch (CertIOException e) {
            throw new IllegalStateException(e);
        }
    }

    /// A certificate for a peer's TLS key.
    X509Certificate leaf(
            Signer signer,
            TlsBinding binding,
            PublicKey tlsKey,
            LeafNames names,
            Validity validity) {
        X500Name name = name("peer " + names.peer().shortName());
        try {
            X509v3CertificateBuilder builder = builder(signer.name, name, tlsKey, validity);
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
            builder.addExtension(
                    Extension.extendedKeyUsage,
                    false,
                    new ExtendedKeyUsage(
                            new KeyPurposeId[] {
                                KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth
                            }));
            builder.addExtension(
                    Extension.subjectAlternativeName, false, new GeneralNames(alternatives(names)));
            builder.addExtension(
                    new ASN1ObjectIdentifier(TlsBinding.OID),
                    false,
                    new org.bouncycastle.asn1.DEROctetString(binding.encode()));
            return sign(builder, signer);
        } catch (CertIOException e) {
            throw new IllegalStateException(e);
        }
    }

    private X509v3CertificateBuilder builder(
            X500Name issuer, X500Name subject, PublicKey key, Validity validity) {
        return new JcaX509v3CertificateBuilder(
                issuer,
                serial(),
                Date.from(validity.from()),
                Date.from(validity.until()),
                subject,
                key);
    }

    private static void authority(X509v3CertificateBuilder builder, int pathLength)
            throws CertIOException {
        builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(pathLength));
        builder.addExtension(
                Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
    }

    /// Adds the key identifiers, which tell roots of one name apart, and signs.
    private X509Certificate sign(X509v3CertificateBuilder builder, Signer signer)
            throws CertIOException {
        try {
            builder.addExtension(
                    Extension.authorityKeyIdentifier,
                    false,
                    new JcaX509ExtensionUtils().createAuthorityKeyIdentifier(signer.publicKey));
            return new JcaX509CertificateConverter()
                    .getCertificate(
                            builder.build(
                                    new JcaContentSignerBuilder(EcKeys.SIGNATURE)
                                            .setSecureRandom(random)
                                            .build(signer.key)));
        } catch (OperatorCreationException | CertificateException | NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK signs with P-256", e);
        }
    }

    private X500Name name(String commonName) {
        return new X500NameBuilder(BCStyle.INSTANCE)
                .addRDN(BCStyle.O, swarm.hex())
                .addRDN(BCStyle.CN, commonName)
                .build();
    }

    private BigInteger serial() {
        return new BigInteger(SERIAL_BITS, random).setBit(SERIAL_BITS - 1);
    }

    private static GeneralName[] alternatives(LeafNames names) {
        var all = new java.util.ArrayList<GeneralName>();
        all.add(uri(LeafNames.peerUri(names.peer())));
        all.add(uri(LeafNames.roleUri(names.role())));
        for (String host : names.hosts()) {
            int kind = LeafNames.isNumeric(host) ? GeneralName.iPAddress : GeneralName.dNSName;
            all.add(new GeneralName(kind, host));
        }
        return all.toArray(GeneralName[]::new);
    }

    private static GeneralName uri(String text) {
        return new GeneralName(GeneralName.uniformResourceIdentifier, text);
    }

    static List<String> hosts(List<Endpoint> endpoints) {
        return endpoints.stream().map(Endpoint::host).distinct().toList();
    }
}
