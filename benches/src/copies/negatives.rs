//! Texts that share something and must not be related: an agency's notice, the line-ups of a match, a quote, the template of a report.

use super::invented;
use super::random::Random;
use super::script::Script;

/// Texts with one agency's notice.
const WITH_NOTICE: usize = 14;

/// Pairs of reports of one match, and of texts about one subject.
const PAIRS: usize = 10;

/// Reports that are filled into one template.
const REPORTS: usize = 14;

/// All of these texts in a script. The texts with a notice are like `known`, but none of them.
pub fn texts(script: Script, known: &[String], random: &mut Random) -> Vec<String> {
    let mut made = Vec::new();
    let notice = invented::sentence(script, 24, random) + &invented::sentence(script, 20, random);
    for _ in 0..WITH_NOTICE {
        let length = 110 + random.below(250);
        made.push(format!("{}\n\n{notice}", story(script, known, length, random)));
    }
    for _ in 0..PAIRS {
        let line_ups = invented::sentence(script, 30, random);
        made.extend((0..2).map(|_| format!("{}\n\n{line_ups}", story(script, known, 200, random))).collect::<Vec<_>>());
        let quote = invented::sentence(script, 22, random);
        for _ in 0..2 {
            made.push(format!("{}{quote}{}", invented::text(script, 60, random), story(script, known, 150, random)));
        }
    }
    for variable in [24, 30] {
        made.extend(template(script, variable, random));
    }
    made
}

/// An invented story: nothing of it is in a known text, whose number only keeps stories of two calls apart.
fn story(script: Script, known: &[String], words: usize, random: &mut Random) -> String {
    invented::text(script, words + known.len() % 7, random)
}

/// Reports of which a third, or less, is the same in all.
fn template(script: Script, variable: usize, random: &mut Random) -> Vec<String> {
    let fixed: Vec<String> = (0..7).map(|_| invented::sentence(script, 12, random)).collect();
    let report =
        |random: &mut Random| fixed.iter().map(|fixed| fixed.clone() + &invented::sentence(script, variable, random)).collect();
    (0..REPORTS).map(|_| report(random)).collect()
}
