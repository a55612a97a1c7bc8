//! Pages written for these tests, and how they are cleaned.

use gleaner_extract::article::clean::{CleanContext, CleanedPage, clean_page};
use gleaner_extract::document::{Origin, RawDocument};
use gleaner_extract::label::Verdict;
use gleaner_extract::page;
use gleaner_extract::rules::{RuleFile, RuleSet};

pub const GERMAN: [&str; 4] = [
    "Die alte Wassermühle am Rand von Holm ist in der Nacht zum Montag bis auf die Grundmauern niedergebrannt, teilte die Feuerwehr mit.",
    "Verletzt wurde niemand, weil der Müller mit seiner Familie am Sonntag zu Verwandten auf das Festland gefahren war, sagte ein Sprecher.",
    "Den Schaden schätzt die Gemeinde auf eine halbe Million Kronen, doch die Versicherung will erst nach der Untersuchung zahlen.",
    "Der Wiederaufbau könne frühestens im nächsten Sommer beginnen, sagte die Bürgermeisterin, die noch in der Nacht zur Mühle kam.",
];

pub const JAPANESE: [&str; 4] = [
    "島の古い水車小屋が月曜日の未明に火事で全焼したと、町の消防署が朝の記者会見で発表した。",
    "持ち主の家族は日曜日から本土の親戚の家に泊まっていたため、けが人はいなかったという。",
    "被害の額はおよそ五千万円にのぼると町は見ており、保険会社は調査が終わるまで支払いを待つ方針だ。",
    "町長は、早ければ来年の夏に建て直しを始めたいと述べ、住民に寄付を呼びかけた。",
];

pub const RUSSIAN: [&str; 4] = [
    "Старая водяная мельница на окраине Хольма сгорела в ночь на понедельник до самого основания, сообщили утром в пожарной части.",
    "Никто не пострадал, потому что мельник с семьёй ещё в воскресенье уехал к родственникам на материк, сказал представитель службы.",
    "Ущерб в общине оценивают в полмиллиона крон, но страховая компания согласна платить только после окончания расследования.",
    "Восстановление начнётся не раньше следующего лета, сказала глава общины, которая ночью сама приехала к горящей мельнице.",
];

/// A page of a story with the markup of a site around it.
pub fn page(lang: &str, story: &[&str], inside: &str) -> String {
    let paragraphs: String = story.iter().map(|paragraph| format!("<p>{paragraph}</p>\n")).collect();
    format!(
        "<!doctype html><html lang=\"{lang}\"><head><title>Mill 7 | The Herald</title></head><body>\
         <header class=\"top\"><a href=\"/\">The Herald</a></header><main><article class=\"item\">\
         <h1 class=\"kicker\">Mill 7</h1><div class=\"text\" id=\"t9\">{paragraphs}{inside}</div></article></main>\
         <footer>© 2026 The Herald</footer></body></html>"
    )
}

/// The rules of a file, which must have no mistake, besides the built-in ones.
pub fn rules(path: &str, text: &str) -> RuleSet {
    RuleSet::with_files(&[RuleFile { path: path.into(), text: text.to_owned() }]).unwrap()
}

pub fn clean_at(url: &str, html: &str, rules: &RuleSet) -> CleanedPage {
    let raw = RawDocument::local(Origin::Stdin, html.as_bytes().to_vec());
    let url = url.parse().unwrap();
    clean_page(&raw, Some(&url), CleanContext { rules, limits: &page::Config::default(), now: None, sites: None }).unwrap()
}

/// Whether the block that begins so is kept; else the rule that removed it.
pub fn removed_by(cleaned: &CleanedPage, start: &str) -> Option<String> {
    let index = cleaned.page.blocks.iter().position(|block| block.text.starts_with(start)).unwrap();
    match &cleaned.labelled.verdicts[index] {
        Verdict::Kept { .. } => None,
        Verdict::Removed(removal) => Some(removal.rule.0.clone()),
    }
}
