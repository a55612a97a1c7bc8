//! How the sites of a corpus are doing: what is usual for each, from the journals of its runs, and which have drifted from that.
//!
//! Pure: [`History`] collects what journals say, a day at a time, and [`judge`] compares the last days of each site with those before. Where journals
//! are, and what documents are called, is the caller's business.
//!
//! A drift is reported only if it is clear and large. What counts as clear rests on medians and the median absolute deviation, scaled by 1.4826
//! (Rousseeuw and Croux, "Alternatives to the Median Absolute Deviation", 1993; the test is the modified z-score of Iglewicz and Hoaglin, "How to Detect and Handle
//! Outliers", 1993), so that single bad days of the past neither hide a drift nor make one. The levels are those of the weekday where weekdays differ.

mod by_day;
mod config;
mod drift;
mod history;
mod judge;
mod level;
mod measure;
mod reason;
mod robust;
mod volume;

pub use by_day::ByDay;
pub use config::Config;
pub use drift::{Change, Example, Reason, SiteDrift};
pub use history::{ArticleSeen, DayCounts, History, Observation, PageSeen, PollCounts, PollSeen, Seen, SiteHistory};
pub use judge::{EVERYWHERE, Health, LOOK_BACK_DAYS, judge};
pub use measure::Measure;
