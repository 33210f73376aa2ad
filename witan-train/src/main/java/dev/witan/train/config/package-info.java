// SPDX-License-Identifier: Apache-2.0
/// Strict configuration: YAML files, presets and `key=value` overrides bound to nested records.
///
/// A configuration is a record whose components are numbers, booleans, text, paths, enums, lists,
/// optionals, further records, or sealed interfaces of records. The value of a sealed interface
/// names its record by the key `kind`; a text alone stands for `{kind: text}`. Names of enums and
/// kinds are written `kebab-case` and read in any case, with `-` and `_` ignored. Keys are the
/// component names.
///
/// Values come from three layers, the later ones winning: the defaults given per record type, the
/// file or preset, the overrides. A key that none of them sets is an error, except for optionals,
/// which `null` clears.
@NullMarked
package dev.witan.train.config;

import org.jspecify.annotations.NullMarked;
