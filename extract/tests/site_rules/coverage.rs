//! How many of the expressions in a folder of files in the ftr-site-config format are read: of a copy of the public collection, whose folder the
//! environment variable `FTR_SITE_CONFIG` names.

use std::path::Path;

use gleaner_extract::rules::{RuleFile, RuleSet, Severity};

#[test]
#[ignore = "needs the public rules"]
fn ftr_expressions_of_the_public_rules_are_read() {
    let folder = std::env::var_os("FTR_SITE_CONFIG").unwrap();
    let mut paths: Vec<_> = std::fs::read_dir(Path::new(&folder)).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "txt"));
    paths.sort();
    let read = |path: &Path| RuleFile {
        path: path.to_owned(),
        text: String::from_utf8_lossy(&std::fs::read(path).unwrap()).into_owned(),
    };
    let files: Vec<RuleFile> = paths.iter().map(|path| read(path)).collect();
    let (rules, mistakes) = RuleSet::read_all(&files);
    let expressions = |rules: &RuleSet| -> usize {
        let user = rules.sites().filter(|site| !site.origin.is_built_in());
        user.flat_map(|site| site.rules())
            .filter(|rule| !rule.id.0.contains(".strip-id-or-class-"))
            .map(|rule| rule.selector.xpath.len() + usize::from(rule.condition.is_some()))
            .sum()
    };
    let read = expressions(&rules);
    let refused = mistakes.iter().filter(|mistake| mistake.reason.contains("XPath") || mistake.reason.contains("does not know"));
    let refused: Vec<String> = refused.map(ToString::to_string).collect();
    let other = mistakes.len() - refused.len();
    let wrong = mistakes.iter().filter(|mistake| mistake.severity == Severity::LeftOut).count();
    println!(
        "{} files: {read} of {} expressions read; {other} other lines left out, {wrong} wrong",
        files.len(),
        read + refused.len()
    );
    println!("{}", refused.join("\n"));
    assert!(read * 100 >= (read + refused.len()) * 95, "{read} of {}", read + refused.len());
}
