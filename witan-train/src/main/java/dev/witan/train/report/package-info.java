// SPDX-License-Identifier: Apache-2.0
/// Self-contained HTML reports: one file, inline SVG and CSS, no scripts, nothing to download.
///
/// [dev.witan.train.report.TrainingReport] draws a training run from
/// [dev.witan.train.report.ReportData]. Its pieces serve other reports too:
/// [dev.witan.train.report.ReportPage] (the page), [dev.witan.train.report.SvgChart] (curves with
/// bands), [dev.witan.train.report.SvgHeatMap], [dev.witan.train.report.Html] (escaping).
///
/// Pages and drawings are well-formed XML as well as HTML, so any XML parser reads them. The same
/// data gives the same bytes: no clock, no locale, no random numbers.
@NullMarked
package dev.witan.train.report;

import org.jspecify.annotations.NullMarked;
