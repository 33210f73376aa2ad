// SPDX-License-Identifier: Apache-2.0
package dev.witan.train.report;

/// A piece of a report that writes itself into a page.
public interface Drawing {
    /// Adds this piece to the page, as one element.
    void render(Html html);
}
