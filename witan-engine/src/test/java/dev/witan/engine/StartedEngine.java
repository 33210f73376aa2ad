// SPDX-License-Identifier: Apache-2.0
package dev.witan.engine;

/// A process that starts the engine and says so.
final class StartedEngine {
    private StartedEngine() {}

    public static void main(String[] args) {
        System.out.println("started with " + Engine.start().threads() + " threads");
    }
}
