// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.identity;

import java.net.InetAddress;
import java.util.List;
import java.util.Locale;

/// Where a peer can be reached: a name or a numeric address, and a port.
///
/// @param host a DNS name in lower case, an IPv4 address or an IPv6 address without brackets
/// @param port 1 to 65535
public record Endpoint(String host, int port) {
    private static final int HOST_LENGTH_MAX = 253;
    private static final int PORT_MAX = 65_535;
    private static final String NAME =
            "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*";

    /// Checks both.
    public Endpoint {
        if (host.length() > HOST_LENGTH_MAX || !(isNumeric(host) || host.matches(NAME))) {
            throw new IllegalArgumentException(
                    "host must be a DNS name in lower case or a numeric address, was '"
                            + host
                            + "'");
        }
        if (port < 1 || port > PORT_MAX) {
            throw new IllegalArgumentException(
                    "port must be in [1, " + PORT_MAX + "], was " + port);
        }
    }

    /// An endpoint from `host:port` or `[address]:port`.
    public static Endpoint parse(String text) throws IdentityException {
        int colon = text.lastIndexOf(':');
        String host = colon < 0 ? "" : text.substring(0, colon).toLowerCase(Locale.ROOT);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        }
        try {
            return new Endpoint(host, Integer.parseInt(text.substring(colon + 1)));
        } catch (IllegalArgumentException e) {
            throw new IdentityException(
                    IdentityException.Reason.MALFORMED,
                    "an address looks like host:port, was '" + text + "'",
                    e);
        }
    }

    /// Whether the host is a numeric address.
    public boolean isNumeric() {
        return isNumeric(host);
    }

    /// Writes it as part of a larger form.
    public void write(FieldWriter out) {
        out.text(host).number(port);
    }

    /// Reads it as part of a larger form.
    public static Endpoint read(FieldReader in) throws IdentityException {
        String host = in.text("host", HOST_LENGTH_MAX);
        int port = in.count("port", PORT_MAX);
        try {
            return new Endpoint(host, port);
        } catch (IllegalArgumentException e) {
            throw new IdentityException(
                    IdentityException.Reason.MALFORMED, "an endpoint is not valid", e);
        }
    }

    static void writeAll(List<Endpoint> endpoints, FieldWriter out) {
        out.number(endpoints.size());
        endpoints.forEach(endpoint -> endpoint.write(out));
    }

    static List<Endpoint> readAll(FieldReader in, int max) throws IdentityException {
        int count = in.count("endpoints", max);
        var endpoints = new java.util.ArrayList<Endpoint>(count);
        for (int i = 0; i < count; i++) {
            endpoints.add(read(in));
        }
        return List.copyOf(endpoints);
    }

    private static boolean isNumeric(String host) {
        if (host.isEmpty() || !host.matches("[0-9.]+|[0-9a-f:.]*:[0-9a-f:.]*")) {
            return false;
        }
        try {
            InetAddress.ofLiteral(host);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    @Override
    public String toString() {
        return host.indexOf(':') < 0 ? host + ":" + port : "[" + host + "]:" + port;
    }
}
