//! Reads the predictions that an earlier run wrote.

use std::collections::HashMap;
use std::path::Path;

use gleaner_extract::label::model::Scores;

/// The scores of an earlier run's predictions, by set and id.
pub fn read_scores(earlier: &Path) -> HashMap<(String, String), Scores> {
    let text = std::fs::read_to_string(earlier).expect("the predictions can be read");
    text.lines()
        .filter_map(|line| {
            let page: serde_json::Value = serde_json::from_str(line).ok()?;
            let blocks = page["blocks"].as_array()?.iter().map(|block| block[0].as_f64().unwrap_or_default() as f32).collect();
            let article = page["article"].as_f64().unwrap_or(1.0) as f32;
            Some(((page["set"].as_str()?.into(), page["id"].as_str()?.into()), Scores { blocks, article }))
        })
        .collect()
}
