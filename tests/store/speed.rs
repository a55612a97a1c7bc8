//! How many documents per second are written, rebuilt and verified.

use std::time::Instant;

use gleaner::store::reindex;

use crate::support::*;

#[test]
#[ignore = "slow"]
fn slow_figures() {
    let corpus = Corpus::new();
    let words: Vec<String> = (0..5_000).map(|at| format!("word{at}")).collect();
    let sources: Vec<Source> = (0..2_000)
        .map(|at| {
            let text: Vec<&str> = (0..500).map(|word| words[(at * 7 + word * (at % 13 + 1)) % 5_000].as_str()).collect();
            source(&format!("raw/{at}.txt"), &format!("Document {at}"), &text.join(" "))
        })
        .collect();
    for input in &sources {
        body(&corpus.layout, input);
    }
    let timed = |what: &str, work: &dyn Fn()| {
        let start = Instant::now();
        work();
        println!("{what}: {:.0} documents/s", 2_000.0 / start.elapsed().as_secs_f64());
    };
    timed("written", &|| drop(corpus.run(&sources)));
    timed("unchanged", &|| drop(corpus.run(&sources)));
    timed("reindexed", &|| drop(reindex::run(&corpus.layout).unwrap()));
    timed("verified", &|| assert_eq!(gleaner::store::verify::run(&corpus.layout, None).unwrap(), []));
}
