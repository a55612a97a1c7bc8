//! Full-text search over a corpus on disk, in many scripts.

use gleaner::search::{Facet, FacetKind, Filter, Page, Query, SearchOrder, SnippetPart};
use gleaner::store::search::SearchResults;
use gleaner::store::{CorpusReader, Layout, SourceKey, reindex, verify};

use crate::support::*;

/// Texts in many scripts, by the name that the tests call them.
const TEXTS: &[(&str, &str, &str)] = &[
    ("zh", "海港新聞", "中国人民大学的学生昨天参观了旧码头。"),
    ("ja", "港の話", "昨日、東京の港でフェリーが止まった。天気は雨だった。"),
    ("ko", "항구 소식", "한국의 대통령이 어제 부산항을 방문했다."),
    ("th", "ข่าวท่าเรือ", "เรือเฟอร์รี่ออกจากท่าเรือในประเทศไทยเมื่อวานนี้"),
    ("lo", "ຂ່າວ", "ເຮືອອອກຈາກທ່າເຮືອໃນປະເທດລາວ"),
    ("km", "ព័ត៌មាន", "កប៉ាល់ចាកចេញពីកំពង់ផែនៅប្រទេសកម្ពុជា"),
    ("my", "သတင်း", "သင်္ဘောသည်ရန်ကုန်ဆိပ်ကမ်းမှထွက်ခွာသွားသည်"),
    ("ar", "أخبار الميناء", "قال مُحَمَّد إنّ العبّارة غادرت إلى المدينة."),
    ("fa", "بندر", "کشتی‌های تازه به بندر رسیدند."),
    ("he", "חדשות הנמל", "שָׁלוֹם לכל הנוסעים, אמר דובר צה\"ל."),
    ("de", "Die Fähre", "Frau Müller wartete in der Langen Straße auf die Fähre nach Köln."),
    ("de2", "Noch eine Fähre", "Herr Mueller wohnt in der Schlossstrasse."),
    ("da", "Færgen", "Jørgensen tog færgen til Ålborg."),
    ("tr", "Vapur", "İstanbul'da vapur Kadıköy iskelesinden kalktı. ISPARTA uzak."),
    ("el", "Το λιμάνι", "Το πλοίο έφτασε στον Πειραιά. ΑΘΗΝΑ, ο δρόμος προς τους δρόμους."),
    ("ru", "Новости порта", "Паром «Ёлка» пришёл в порт. Мой замок."),
    ("uk", "Київ", "Пором прийшов до Києва, їжак спить."),
    ("hi", "बंदरगाह", "नौका आज सुबह मुंबई पहुँची।"),
    ("fr", "Le bac", "L’homme attendait le bac, m’a-t-il dit à l'École."),
    ("en", "The ferry", "The U.S. ferry didn't stop at O'Brien's pier, e-mail 3.5 times."),
    ("vi", "Phà", "Phà rời bến ở Đà Nẵng hôm qua."),
];

fn corpus() -> Corpus {
    let corpus = Corpus::new();
    let sources: Vec<Source> = TEXTS.iter().map(|(name, title, text)| source(&format!("raw/{name}.txt"), title, text)).collect();
    corpus.run(&sources);
    corpus
}

fn results(layout: &Layout, query: &str, order: SearchOrder, page: Page) -> SearchResults {
    let reader = CorpusReader::open(layout).unwrap();
    reader.search(&Query::parse(query).unwrap(), &Filter::default(), order, page).unwrap()
}

/// The names of the documents that a query finds, sorted.
fn found(layout: &Layout, query: &str) -> Vec<String> {
    let results = results(layout, query, SearchOrder::Relevance, Page::default());
    assert_eq!(results.total, results.hits.len() as u64, "{query}");
    let name = |key: &SourceKey| key.0.trim_start_matches("raw/").trim_end_matches(".txt").to_owned();
    let mut names: Vec<String> = results.hits.iter().map(|hit| name(&hit.document.source)).collect();
    names.sort();
    names
}

#[test]
fn words_are_found_in_every_script() {
    let corpus = corpus();
    let cases: &[(&str, &[&str])] = &[
        // Two characters, one, several, and the simplified form only.
        ("中国", &["zh"]),
        ("人民", &["zh"]),
        ("旧", &["zh"]),
        ("人民大学", &["zh"]),
        ("海港新聞", &["zh"]),
        ("海港新闻", &[]),
        ("国大", &[]),
        ("東京", &["ja"]),
        ("フェリー", &["ja"]),
        ("ﾌｪﾘｰ", &["ja"]),
        ("雨", &["ja"]),
        ("대통령", &["ko"]),
        ("부산", &["ko"]),
        ("ประเทศไทย", &["th"]),
        ("ท่าเรือ", &["th"]),
        ("ປະເທດ", &["lo"]),
        ("កម្ពុជា", &["km"]),
        ("ရန်ကုန်", &["my"]),
        ("محمد", &["ar"]),
        ("مُحَمَّد", &["ar"]),
        ("العبارة", &["ar"]),
        ("الى", &["ar"]),
        ("كشتی های", &[]),
        ("کشتیهای", &["fa"]),
        ("كشتيهاي", &["fa"]),
        ("שלום", &["he"]),
        ("צה״ל", &["he"]),
        ("צה\"ל", &["he"]),
        ("Müller", &["de", "de2"]),
        ("Mueller", &["de", "de2"]),
        ("muller", &["de"]),
        ("\"Frau Mueller\"", &["de"]),
        ("\"Herr Müller\"", &["de2"]),
        ("strasse", &["de"]),
        ("schloßstraße", &["de2"]),
        ("title:faehre", &["de", "de2"]),
        ("fahre", &["de", "de2"]),
        ("Joergensen", &["da"]),
        ("jorgensen", &["da"]),
        ("Aalborg", &["da"]),
        ("istanbul", &["tr"]),
        ("İSTANBUL", &["tr"]),
        ("kadikoy", &["tr"]),
        ("ısparta", &["tr"]),
        ("πλοιο", &["el"]),
        ("Αθήνα", &["el"]),
        ("ΔΡΌΜΟΣ", &["el"]),
        ("елка", &["ru"]),
        ("ПОРТ", &["ru"]),
        ("мой", &["ru"]),
        ("мои", &[]),
        ("КИЇВ", &["uk"]),
        ("їжак", &["uk"]),
        ("нікуди", &[]),
        ("मुंबई", &["hi"]),
        ("नौका", &["hi"]),
        ("homme", &["fr"]),
        ("ecole", &["fr"]),
        ("us ferry", &["en"]),
        ("U.S.", &["en"]),
        ("didn’t", &["en"]),
        ("\"e-mail 3.5\"", &["en"]),
        ("Da Nang", &["vi"]),
    ];
    for (query, expected) in cases {
        assert_eq!(found(&corpus.layout, query), *expected, "{query}");
    }
}

#[test]
fn operators_do_what_people_expect() {
    let corpus = corpus();
    let cases: &[(&str, &[&str])] = &[
        ("fähre -köln", &["de2"]),
        ("ferry OR vapur", &["en", "tr"]),
        ("ferry OR vapur pier", &["en"]),
        ("vap*", &["tr"]),
        ("\"ferry didn*\"", &["en"]),
        ("\"pier ferry\"", &[]),
        ("title:ferry", &["en"]),
        ("title:pier", &[]),
        ("-title:ferry ferry", &[]),
        ("\"* NEAR( ^ } \"", &[]),
    ];
    for (query, expected) in cases {
        if Query::parse(query).is_ok() {
            assert_eq!(found(&corpus.layout, query), *expected, "{query}");
        }
    }
}

fn shown(parts: &[SnippetPart]) -> String {
    parts.iter().map(|part| if part.hit { format!("[{}]", part.text) } else { part.text.clone() }).collect()
}

#[test]
fn snippets_and_titles_have_the_hits_marked() {
    let corpus = corpus();
    let of = |query: &str| {
        let results = results(&corpus.layout, query, SearchOrder::Relevance, Page::default());
        (shown(&results.hits[0].title), shown(&results.hits[0].snippet))
    };
    assert_eq!(of("人民"), ("海港新聞".to_owned(), "中国[人民]大学的学生昨天参观了旧码头。".to_owned()));
    assert_eq!(of("\"the ferry\"").0, "[The ferry]");
    assert_eq!(of("mueller koeln").1, "Frau [Müller] wartete in der Langen Straße auf die Fähre nach [Köln].");
}

#[test]
fn results_are_ranked_or_by_date_in_pages() {
    let corpus = Corpus::new();
    let days = ["2024-01-01", "2024-01-02", "2024-01-03", "2024-01-04"];
    let texts = [
        ("In the title: harbour", "Nothing else."),
        ("Often", "harbour harbour harbour harbour pier"),
        ("Once", "A long text about many things in which the harbour is one of very many things that it speaks of."),
        ("Never", "Nothing here."),
    ];
    let sources: Vec<Source> = texts
        .iter()
        .zip(days)
        .map(|((title, text), day)| Source { date: Some(day), ..source(&format!("raw/{day}.txt"), title, text) })
        .collect();
    corpus.run(&sources);
    let titles = |order, page| -> Vec<String> {
        let results = results(&corpus.layout, "harbour", order, page);
        assert_eq!(results.total, 3);
        results.hits.into_iter().map(|hit| hit.document.title.unwrap()).collect()
    };
    let all = Page::default();
    assert_eq!(titles(SearchOrder::Relevance, all), ["In the title: harbour", "Often", "Once"]);
    assert_eq!(titles(SearchOrder::Newest, all), ["Once", "Often", "In the title: harbour"]);
    assert_eq!(titles(SearchOrder::Newest, Page { offset: 1, limit: 1 }), ["Often"]);
    assert_eq!(titles(SearchOrder::Relevance, Page { offset: 2, limit: 9 }), ["Once"]);
    assert!(titles(SearchOrder::Relevance, Page { offset: u64::MAX, limit: u64::MAX }).is_empty());
}

#[test]
fn of_many_matches_the_best_titles_and_the_latest_are_ranked() {
    let corpus = Corpus::new();
    let mut store = corpus.open();
    for number in 0..1_100 {
        let text = format!("The harbour was number {number}.");
        let date = if number == 0 { Some("1999-01-01") } else { Some("2024-01-01") };
        let title = if number == 0 { "Harbour" } else { "Other" };
        visit(&mut store, &corpus.layout, &Source { date, ..source(&format!("raw/{number}.txt"), title, &text) });
    }
    store.close().unwrap();
    let first = results(&corpus.layout, "harbour", SearchOrder::Relevance, Page::default());
    assert_eq!((first.total, first.hits[0].document.title.as_deref()), (1_100, Some("Harbour")));
    let last = results(&corpus.layout, "harbour", SearchOrder::Relevance, Page { offset: 1_050, limit: 100 });
    assert_eq!(last.hits.len(), 50);
    assert!(last.hits.iter().all(|hit| hit.score == 0.0));
}

#[test]
fn copies_are_found_by_the_text_of_their_original() {
    let corpus = Corpus::new();
    let sources = vec![
        source("raw/a.txt", "First headline", "The ferry's captain was late."),
        source("raw/b.txt", "Second headline", "The ferrys captain was late."),
    ];
    corpus.run(&sources);
    assert_eq!(found(&corpus.layout, "captain"), ["a", "b"]);
    assert_eq!(found(&corpus.layout, "second captain"), ["b"]);
    reindex::run(&corpus.layout).unwrap();
    assert_eq!(found(&corpus.layout, "second captain"), ["b"]);
    assert_eq!(verify::run(&corpus.layout, None).unwrap(), []);
    // The original changes: its copy has its own text again.
    let changed = Source { rules: "rules 2", ..source("raw/a.txt", "First headline", "A pilot came instead.") };
    corpus.run(&[changed, sources[1].clone()]);
    assert_eq!((found(&corpus.layout, "captain"), found(&corpus.layout, "pilot")), (vec!["b".to_owned()], vec!["a".to_owned()]));
    assert_eq!(verify::run(&corpus.layout, None).unwrap(), []);
    let mut store = corpus.open();
    let id = id_of("raw/b.txt", &store);
    store.forget(&id).unwrap();
    store.close().unwrap();
    assert_eq!(found(&corpus.layout, "captain"), Vec::<String>::new());
}

#[test]
fn facets_count_what_matches() {
    let corpus = corpus();
    let reader = CorpusReader::open(&corpus.layout).unwrap();
    let columns = reader.facet_columns().unwrap();
    let count = |query: Option<&str>, kind| -> Vec<(String, u64)> {
        let query = query.map(|query| Query::parse(query).unwrap());
        let facets = reader.facets(&columns, query.as_ref(), &Filter::default(), &[kind], 10).unwrap();
        let [Facet { values, more: 0, .. }] = facets.as_slice() else { panic!("{facets:?}") };
        values.iter().map(|value| (value.value.clone(), value.documents)).collect()
    };
    assert_eq!(count(None, FacetKind::Day), [("2023-10-27".to_owned(), TEXTS.len() as u64)]);
    assert_eq!(count(Some("ferry OR fähre"), FacetKind::Day), [("2023-10-27".to_owned(), 3)]);
    assert_eq!(count(Some("ferry OR fähre"), FacetKind::Completeness), [("complete".to_owned(), 3)]);
    assert_eq!(count(Some("ferry OR fähre"), FacetKind::Language), [("en".to_owned(), 3)]);
    assert_eq!(count(None, FacetKind::Author), []);
}
