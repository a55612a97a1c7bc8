//! Charsets over the wire: every legacy encoding of the Encoding Standard, and false headers.

use encoding_rs::Encoding;
use gleaner_extract::document::RawDocument;
use gleaner_extract::page::{self, ReadHints};

use crate::server::{Reply, Server};
use crate::{page as fetched, quick};

const RUSSIAN: &str = "Вечером паром снова пошёл на остров, и пекарь привёз муку.";
const POLISH: &str = "Źródło bije znowu, a dzieci z całej wsi noszą wodę do młyna.";
const GREEK: &str = "Το πλοίο γύρισε το πρωί και όλοι κατέβηκαν στο λιμάνι.";
const TURKISH: &str = "Köprü dün açıldı, çocuklar ilk gün üstünden koşarak geçti.";
const FRENCH: &str = "Le phare a été repeint; le gardien préfère l'ancienne couleur.";
const CHINESE_SIMPLE: &str = "渡口的最后一班船昨天离开了村子。";
const CHINESE_FULL: &str = "渡口的最後一班船昨天離開了村子。";
const JAPANESE: &str = "灯台の猫は昨日も船を待っていました。";
const KOREAN: &str = "골목 사진관이 어제 다시 문을 열었습니다.";
const HEBREW: &str = "המעבורת חזרה אתמול אל הנמל הישן.";
const ARABIC: &str = "عادت العبارة أمس إلى الميناء القديم.";
const THAI: &str = "เรือข้ามฟากกลับมาแล้วเมื่อวานนี้";
const VIETNAMESE: &str = "Ông lái kêu: mưa đêm vê sông, bê con đi lên cây.";
const BALTIC: &str = "Vakar keltas vėl išplaukė, žmonės laukė krantinėje.";
const NORDIC: &str = "Færgen sejlede igen på lørdag, og bageren hentede mel.";
const ROMANIAN: &str = "Podul vechi a fost reparat în grabă înainte de iarnă.";
const UKRAINIAN: &str = "Пором знову пішов уранці, і пекар привіз борошно.";
const WELSH: &str = "Agorodd y siop ddoe, a daeth y plant i gyd â blodau.";

/// Every encoding of the Encoding Standard, except UTF-8, that text can be encoded in, with a text that it can represent.
const LEGACY: &[(&str, &str)] = &[
    ("ibm866", RUSSIAN),
    ("iso-8859-2", POLISH),
    ("iso-8859-3", FRENCH),
    ("iso-8859-4", BALTIC),
    ("iso-8859-5", RUSSIAN),
    ("iso-8859-6", ARABIC),
    ("iso-8859-7", GREEK),
    ("iso-8859-8", HEBREW),
    ("iso-8859-8-i", HEBREW),
    ("iso-8859-10", NORDIC),
    ("iso-8859-13", BALTIC),
    ("iso-8859-14", WELSH),
    ("iso-8859-15", FRENCH),
    ("iso-8859-16", ROMANIAN),
    ("koi8-r", RUSSIAN),
    ("koi8-u", UKRAINIAN),
    ("macintosh", FRENCH),
    ("windows-874", THAI),
    ("windows-1250", POLISH),
    ("windows-1251", RUSSIAN),
    ("windows-1252", FRENCH),
    ("windows-1253", GREEK),
    ("windows-1254", TURKISH),
    ("windows-1255", HEBREW),
    ("windows-1256", ARABIC),
    ("windows-1257", BALTIC),
    ("windows-1258", VIETNAMESE),
    ("x-mac-cyrillic", RUSSIAN),
    ("gbk", CHINESE_SIMPLE),
    ("gb18030", CHINESE_FULL),
    ("big5", CHINESE_FULL),
    ("euc-jp", JAPANESE),
    ("iso-2022-jp", JAPANESE),
    ("shift_jis", JAPANESE),
    ("euc-kr", KOREAN),
    ("utf-16le", GREEK),
    ("utf-16be", GREEK),
    // Other labels of the same encodings, as servers send them.
    ("latin1", FRENCH),
    ("gb2312", CHINESE_SIMPLE),
    ("ks_c_5601-1987", KOREAN),
    ("x-sjis", JAPANESE),
    ("dos-874", THAI),
];

fn encode(label: &str, text: &str) -> Vec<u8> {
    match label {
        "utf-16le" => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        "utf-16be" => text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
        _ => {
            let (bytes, _, lossy) = Encoding::for_label(label.as_bytes()).unwrap().encode(text);
            assert!(!lossy, "{label} cannot represent {text:?}");
            bytes.into_owned()
        }
    }
}

fn html(meta: &str, text: &str) -> String {
    format!("<html><head>{meta}<title>x</title></head><body><p>{text}</p></body></html>")
}

fn text_of(raw: &RawDocument) -> String {
    let http = raw.http.as_ref().unwrap();
    let hints = ReadHints { content_type: http.header("content-type"), url: None };
    let page = page::read(&raw.bytes, hints, &page::Config::default()).unwrap_or_else(|error| panic!("{hints:?}: {error}"));
    page.blocks.iter().map(|block| block.text.as_str()).collect()
}

#[tokio::test]
async fn forty_legacy_charsets_named_by_header_or_by_page() {
    let different: std::collections::BTreeSet<_> =
        LEGACY.iter().map(|(label, _)| Encoding::for_label(label.as_bytes()).unwrap().name()).collect();
    assert!(LEGACY.len() >= 40 && different.len() >= 37, "{} {}", LEGACY.len(), different.len());
    let server = Server::pages(|seen, _| {
        let (how, label) = seen.path[1..].split_once('/').unwrap();
        let text = LEGACY.iter().find(|(known, _)| *known == label).unwrap().1;
        match how {
            "header" => Reply::ok(encode(label, &html("", text))).header("Content-Type", format!("text/html; charset={label}")),
            _ => {
                Reply::ok(encode(label, &html(&format!("<meta charset=\"{label}\">"), text))).header("Content-Type", "text/html")
            }
        }
    })
    .await;
    for (label, text) in LEGACY {
        let raw = fetched(&quick(), &server.url(&format!("/header/{label}"))).await;
        assert_eq!(text_of(&raw), *text, "{label} in the header");
        // A page in UTF-16 cannot name it in ASCII.
        if !label.starts_with("utf-16") {
            let raw = fetched(&quick(), &server.url(&format!("/meta/{label}"))).await;
            assert_eq!(text_of(&raw), *text, "{label} in the page");
        }
    }
}

#[tokio::test]
async fn false_charsets_are_ignored() {
    let long = |text: &str| text.repeat(20);
    let bom = |text: &str| [b"\xef\xbb\xbf".as_slice(), text.as_bytes()].concat();
    let cases: Vec<(&str, Vec<u8>, &str)> = vec![
        ("UTF-8 that is invalid", encode("windows-1251", &html("", &long(RUSSIAN))), RUSSIAN),
        ("iso-8859-1", html("", RUSSIAN).into_bytes(), RUSSIAN),
        ("windows-1251", html("<meta charset=gbk>", CHINESE_SIMPLE).into_bytes(), CHINESE_SIMPLE),
        ("shift_jis", bom(&html("", JAPANESE)), JAPANESE),
        ("no-such-charset", encode("koi8-r", &html("<meta charset=koi8-r>", &long(RUSSIAN))), RUSSIAN),
        ("\"utf-8", html("", GREEK).into_bytes(), GREEK),
        ("utf-7", html("", TURKISH).into_bytes(), TURKISH),
        ("iso-2022-kr", html("", KOREAN).into_bytes(), KOREAN),
        ("utf-16le", html("", ARABIC).into_bytes(), ARABIC),
        ("utf-16", encode("windows-1251", &html("", &long(RUSSIAN))), RUSSIAN),
        ("", html("", THAI).into_bytes(), THAI),
        ("utf-8; charset=koi8-r", html("", RUSSIAN).into_bytes(), RUSSIAN),
    ];
    let shown: Vec<(String, Vec<u8>)> = cases.iter().map(|(charset, body, _)| ((*charset).to_owned(), body.clone())).collect();
    let server = Server::pages(move |seen, _| {
        let (charset, body) = &shown[seen.path[1..].parse::<usize>().unwrap()];
        let charset = charset.split(" that").next().unwrap();
        Reply::ok(body).header("Content-Type", format!("text/html; charset={charset}"))
    })
    .await;
    for (number, (charset, _, text)) in cases.iter().enumerate() {
        let raw = fetched(&quick(), &server.url(&format!("/{number}"))).await;
        let found = text_of(&raw);
        assert!(found.starts_with(text), "{charset}: {found}");
    }
}
