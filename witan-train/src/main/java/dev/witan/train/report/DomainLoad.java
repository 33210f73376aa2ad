// SPDX-License-Identifier: Apache-2.0
package dev.witan.train.report;

/// The expert load that the text of one domain causes at one place.
///
/// @param domain the domain's name
/// @param load rows by expert, of this domain's tokens alone
public record DomainLoad(String domain, ExpertLoad load) {}
