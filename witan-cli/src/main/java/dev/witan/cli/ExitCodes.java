// SPDX-License-Identifier: Apache-2.0
package dev.witan.cli;

/// What the `witan` process returns to its caller.
final class ExitCodes {
    /// The command did what it was asked to do.
    static final int OK = 0;

    /// The command ran and failed: a file, a value in it, the machine.
    static final int FAILED = 1;

    /// The command line itself was wrong; nothing ran.
    static final int USAGE = 2;

    /// The user stopped the command (128 + SIGINT).
    static final int INTERRUPTED = 130;

    private ExitCodes() {}
}
