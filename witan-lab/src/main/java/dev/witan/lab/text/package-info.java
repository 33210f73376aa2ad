// SPDX-License-Identifier: Apache-2.0
/// Reports as plain text: headings, wrapped paragraphs, aligned tables.
@NullMarked
package dev.witan.lab.text;

import org.jspecify.annotations.NullMarked;
