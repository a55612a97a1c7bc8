//! Charts of a site by day, as SVG in the page: bars with their values, and the same as a table. No styles and no scripts.

use maud::{Markup, html};

use crate::health::{ByDay, DayCounts};
use gleaner_extract::base::time::Timestamp;

/// Days that are shown.
pub const DAYS: i64 = 60;

const WIDTH: f64 = 720.0;
const HEIGHT: f64 = 120.0;
/// Above the bars.
const TOP: f64 = 18.0;

/// What a chart shows of each day.
pub struct Chart {
    /// What it is called.
    pub title: &'static str,
    /// The value of a day; `None` if there is none.
    pub value: fn(&DayCounts) -> Option<f64>,
    /// True if the values are shares, 0 to 1.
    pub is_share: bool,
}

fn share(part: u32, of: u32) -> Option<f64> {
    (of > 0).then(|| f64::from(part) / f64::from(of))
}

fn mean(sum: f32, of: u32) -> Option<f64> {
    (of > 0).then(|| f64::from(sum) / f64::from(of))
}

/// The charts of a site.
pub const CHARTS: &[Chart] = &[
    Chart { title: "New articles", value: |day| Some(f64::from(day.new)), is_share: false },
    Chart { title: "Pages that led to a document", value: |day| share(day.ok, day.pages), is_share: true },
    Chart { title: "Words of an article", value: |day| mean(day.log_words, day.articles).map(f64::exp), is_share: false },
    Chart { title: "Share of the page that was removed", value: |day| mean(day.removed, day.articles), is_share: true },
    Chart { title: "Expected quality of the text", value: |day| mean(day.confidence, day.articles), is_share: true },
    Chart { title: "Incomplete or paid articles", value: |day| share(day.truncated, day.articles), is_share: true },
];

/// A chart of the days up to today.
pub fn chart(chart: &Chart, days: &ByDay<DayCounts>, today: i64) -> Markup {
    let first = today - DAYS + 1;
    let values: Vec<(i64, f64)> = days
        .iter()
        .filter(|(day, _)| (first..=today).contains(day))
        .filter_map(|(day, counts)| Some((day, (chart.value)(counts)?)))
        .collect();
    let largest = values.iter().map(|(_, value)| *value).fold(0.0, f64::max);
    let top = if chart.is_share { 1.0 } else { largest.max(1.0) };
    let width = WIDTH / DAYS as f64;
    let bar = |day: i64, value: f64| {
        let height = (value / top).clamp(0.0, 1.0) * (HEIGHT - TOP);
        (
            format!("{:.1}", (day - first) as f64 * width + 1.0),
            format!("{:.1}", HEIGHT - height),
            format!("{:.1}", width - 2.0),
            format!("{height:.1}"),
        )
    };
    let name = |day: i64| Timestamp::from_unix(day * 86_400).day();
    let shown = |value: f64| if chart.is_share { format!("{:.0} %", value * 100.0) } else { format!("{value:.0}") };
    html! {
        h3 { (chart.title) }
        @if values.is_empty() { p.soft { "Nothing in the last " (DAYS) " days." } }
        @else {
            svg.chart viewBox={ "0 0 " (WIDTH) " " (HEIGHT) } role="img" aria-label={ (chart.title) " by day, at most " (shown(largest)) } {
                text x="4" y="13" { "up to " (shown(largest)) }
                @for (day, value) in &values {
                    @let (x, y, width, height) = bar(*day, *value);
                    rect.bar x=(x) y=(y) width=(width) height=(height) { title { (name(*day)) ": " (shown(*value)) } }
                }
            }
            details {
                summary { "As a table" }
                table aria-label=(chart.title) {
                    tbody { @for (day, value) in values.iter().rev() { tr { th scope="row" { (name(*day)) } td.number { (shown(*value)) } } } }
                }
            }
        }
    }
}
