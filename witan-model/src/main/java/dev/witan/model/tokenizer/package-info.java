// SPDX-License-Identifier: Apache-2.0
/// Text to token ids and back: bytes by default, any `tokenizer.json` through the Hugging Face
/// tokenizers library.
@NullMarked
package dev.witan.model.tokenizer;

import org.jspecify.annotations.NullMarked;
