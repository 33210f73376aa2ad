// SPDX-License-Identifier: Apache-2.0
package dev.witan.engine.safetensors;

import java.io.Serial;

/// What is wrong with a header, without the file's name, which the code that finds it does not
/// know.
final class HeaderFault extends Exception {
    @Serial private static final long serialVersionUID = 1L;

    HeaderFault(String problem) {
        super(problem);
    }

    /// The same fault, said of one tensor.
    HeaderFault of(String tensorName) {
        return new HeaderFault("tensor " + TensorNames.quote(tensorName) + ": " + getMessage());
    }
}
