//! A made-up site: how much it publishes on which days, what its articles are like, and what may happen to it.

use gleaner::health::{ArticleSeen, History, Observation, PageSeen, PollSeen, Seen};
use gleaner::outcome::Cause;

use crate::random::Random;

/// What happens to a site.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// Nothing.
    Nothing,
    /// The template changed: half of the articles have no text, the others a part of it and no authors.
    Layout,
    /// Articles end after the first paragraphs.
    Paywall,
    /// 403 for most pages.
    Blocked,
    /// The feed is gone.
    DeadFeed,
    /// The feed is read and has nothing new.
    Silence,
}

/// What is usual at a site.
pub struct Site {
    pub name: String,
    /// Articles on a working day.
    pub rate: f64,
    /// Articles on a Saturday or Sunday, as a share of that.
    weekend: f64,
    /// The spread of the logarithm of the number of articles.
    noise: f64,
    /// The middle of the logarithm of the words of an article, on working days and on weekends.
    words: [f64; 2],
    /// The share of articles without authors, on working days and on weekends.
    anonymous: [f64; 2],
    truncated: f64,
    undated: f64,
    success: f64,
    removed: f64,
    ms: f64,
    /// The probability that a day is bad: the site is down for half of the requests, slow, or cannot be polled.
    bad: f64,
    random: Random,
}

impl Site {
    pub fn new(number: usize, seed: u64) -> Self {
        let mut random = Random::new(seed ^ (number as u64).wrapping_mul(0x9e37_79b9));
        let anonymous = pick(&mut random, &[0.0, 0.05, 0.3, 0.9]);
        let weekend_anonymous = if random.below(4) == 0 { pick(&mut random, &[0.2, 0.95]) } else { anonymous };
        let words = 5.2 + 1.5 * unit(&mut random);
        let weekend_words = words + if random.below(4) == 0 { 0.6 } else { 0.0 };
        Self {
            name: format!("site{number}.example"),
            rate: pick(&mut random, &[1.0, 2.0, 4.0, 8.0, 20.0, 60.0]),
            weekend: pick(&mut random, &[0.0, 0.2, 0.5, 0.8, 1.0]),
            noise: 0.1 + 0.3 * unit(&mut random),
            words: [words, weekend_words],
            anonymous: [anonymous, weekend_anonymous],
            truncated: pick(&mut random, &[0.0, 0.02, 0.1, 0.4]),
            undated: pick(&mut random, &[0.0, 0.0, 0.05, 0.5]),
            success: pick(&mut random, &[1.0, 0.98, 0.9, 0.7]),
            removed: 0.2 + 0.4 * unit(&mut random),
            ms: 4.0 + 3.0 * unit(&mut random),
            bad: pick(&mut random, &[0.0, 0.01, 0.03]),
            random,
        }
    }

    /// Adds a day to the history; `event` has happened before it.
    pub fn day(&mut self, day: i64, event: Event, history: &mut History) {
        let is_weekend = (day + 3).rem_euclid(7) >= 5;
        // A holiday of four days in autumn, and three busy days later.
        let season = if (60..64).contains(&day) {
            0.4
        } else if (85..88).contains(&day) {
            2.0
        } else {
            1.0
        };
        let rate = self.rate * season * if is_weekend { self.weekend } else { 1.0 };
        let expected = rate * (self.noise * normal(&mut self.random) - self.noise * self.noise / 2.0).exp();
        let is_bad = chance(&mut self.random, self.bad);
        let is_dead = event == Event::DeadFeed;
        let found = if matches!(event, Event::DeadFeed | Event::Silence) { 0 } else { poisson(&mut self.random, expected) };
        let name = self.name.clone();
        let observation = |seen| Observation { site: &name, day, via: Some("all"), seen };
        let gone = if is_dead { Some(Cause::Gone) } else { None };
        let cause = gone.or((is_bad && chance(&mut self.random, 0.5)).then_some(Cause::ServerError));
        let url = format!("https://{name}/feed");
        history.add(observation(Seen::Poll(PollSeen { url: &url, cause })));
        let shift = 0.15 * normal(&mut self.random);
        for _ in 0..found {
            let page = self.page(usize::from(is_weekend), is_bad, event, shift);
            history.add(observation(Seen::Page(page)));
        }
    }

    fn page(&mut self, weekend: usize, is_bad: bool, event: Event, shift: f64) -> PageSeen {
        let random = &mut self.random;
        let failure = match event {
            Event::Blocked if chance(random, 0.9) => Some(Cause::Denied),
            Event::Layout if chance(random, 0.5) => Some(Cause::NoText),
            _ if is_bad && chance(random, 0.5) => Some(Cause::Unreachable),
            _ if !chance(random, self.success) => Some(Cause::Other),
            _ => None,
        };
        if let Some(cause) = failure {
            return PageSeen { is_explained: true, cause: Some(cause), ..PageSeen::default() };
        }
        let is_short = matches!(event, Event::Layout | Event::Paywall);
        let words = self.words[weekend] + shift + 0.7 * normal(random) - if is_short { 1.5 } else { 0.0 };
        let article = ArticleSeen {
            words: words.exp().max(20.0) as u64,
            confidence: (0.9 + 0.06 * normal(random) - if event == Event::Layout { 0.2 } else { 0.0 }).clamp(0.0, 1.0),
            removed: (self.removed + 0.1 * normal(random)).clamp(0.0, 1.0),
            is_truncated: chance(random, if event == Event::Paywall { 0.9 } else { self.truncated }),
            no_title: chance(random, 0.01),
            no_authors: chance(random, if event == Event::Layout { 1.0 } else { self.anonymous[weekend] }),
            no_date: chance(random, self.undated),
        };
        let ms = (self.ms + 0.5 * normal(random) + if is_bad { 3.0 } else { 0.0 }).exp() as u64;
        PageSeen { is_explained: true, is_ok: true, is_new: true, cause: None, ms: Some(ms), article: Some(article) }
    }
}

fn pick(random: &mut Random, choices: &[f64]) -> f64 {
    choices[random.below(choices.len())]
}

/// Uniform from 0 to 1.
fn unit(random: &mut Random) -> f64 {
    (random.next() >> 11) as f64 / (1u64 << 53) as f64
}

fn chance(random: &mut Random, probability: f64) -> bool {
    unit(random) < probability
}

/// Standard normal, by the central limit theorem.
fn normal(random: &mut Random) -> f64 {
    (0..12).map(|_| unit(random)).sum::<f64>() - 6.0
}

fn poisson(random: &mut Random, mean: f64) -> u32 {
    let (limit, mut product, mut count) = ((-mean).exp(), unit(random), 0);
    while product > limit {
        product *= unit(random);
        count += 1;
    }
    count
}
