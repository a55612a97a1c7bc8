//! Tests of bylines in many languages, and of text that is not a byline.

use super::*;

fn read(text: &str, trust: Trust) -> Vec<String> {
    let sites = SiteNames::of(["The Daily Example", "例日报"].into_iter(), None);
    authors(&[RawAuthor::unknown(text)], &sites, trust).names
}

#[test]
fn bylines_in_many_languages_are_parsed() {
    for (text, names) in [
        ("By Jane Doe", &["Jane Doe"][..]),
        ("by JANE DOE and John Roe", &["Jane Doe", "John Roe"]),
        ("Von Anna Meier und Jörg Müller", &["Anna Meier", "Jörg Müller"]),
        ("Von Anna Meier, Redakteurin", &["Anna Meier"]),
        ("Par Jean Dupont avec AFP", &["Jean Dupont"]),
        ("Por María José Pérez y Juan García", &["María José Pérez", "Juan García"]),
        ("Di Luigi Rossi", &["Luigi Rossi"]),
        ("Door Jan de Vries en Piet van den Berg", &["Jan de Vries", "Piet van den Berg"]),
        ("Av Kari Nordmann og Ola Nordmann", &["Kari Nordmann", "Ola Nordmann"]),
        ("Автор: Иван Петров", &["Иван Петров"]),
        ("Иван Петров и Анна Смирнова", &["Иван Петров", "Анна Смирнова"]),
        ("بقلم: محمد علي", &["محمد علي"]),
        ("作者：张三", &["张三"]),
        ("记者 张三、李四", &["张三", "李四"]),
        ("29. Juni 2017, 23:39 · von Tobi", &["Tobi"]),
        ("Posted on Friday December 19, 2025 by Jane Doe in Politics", &["Jane Doe"]),
        ("Gespeichert von Anna am 24. Juli 2017 - 18:55", &["Anna"]),
        ("03/01/2017 by Jane Doe", &["Jane Doe"]),
        ("2023-06-30 07:12 来源：例日报 作者：张三 编辑：李四", &["张三"]),
        ("김철수 기자", &["김철수"]),
        ("Yazan: Mehmet Yılmaz", &["Mehmet Yılmaz"]),
        ("Jane Doe, Senior Editor", &["Jane Doe"]),
        ("Jane Doe | Political Correspondent", &["Jane Doe"]),
        ("Jane Doe - The Daily Example", &["Jane Doe"]),
        ("Jane Doe jane@example.org @janedoe", &["Jane Doe"]),
        ("By Jane Doe in London", &["Jane Doe"]),
        ("By Jane Doe Published 3 May 2020", &["Jane Doe"]),
        ("Jane Doe*", &["Jane Doe"]),
        ("Jane Doe, M.D.", &["Jane Doe"]),
        ("Jane Doe, PhD, RD", &["Jane Doe"]),
        ("Bill MCCARTHY", &["Bill McCarthy"]),
        ("Lúcia Di Maio", &["Lúcia Di Maio"]),
        ("Text: Anna Meier; Fotos: Jörg Müller", &["Anna Meier"]),
        ("By Staff Writer Jane Doe", &["Jane Doe"]),
        ("Staff Writer Jane Doe", &["Jane Doe"]),
        ("Jane Doe Staff Writer", &["Jane Doe"]),
        ("By AP Sports Writer Jane Doe", &["Jane Doe"]),
        ("By Associated Press Writer Jane Doe", &["Jane Doe"]),
        ("News Editor Jane Doe", &["Jane Doe"]),
        ("Online-Redakteurin Anna Meier", &["Anna Meier"]),
        ("Text von Anna Meier Illustration von Jörg Müller", &["Anna Meier"]),
        ("By Jane Doe and Politics", &["Jane Doe"]),
        ("Posted by Jane @ 12:00 am", &["Jane"]),
    ] {
        assert_eq!(read(text, Trust::Text), names, "{text}");
    }
}

#[test]
fn fields_may_contain_user_names() {
    for (text, names) in [
        ("janedoe42", &["janedoe42"][..]),
        ("Fatima", &["Fatima"]),
        ("Doe, Jane", &["Jane Doe"]),
        ("Di Maio", &["Di Maio"]),
        ("Jane Doe,John Roe", &["Jane Doe", "John Roe"]),
        ("null", &[]),
        ("https://example.org/authors/jane-doe", &[]),
    ] {
        assert_eq!(read(text, Trust::Field), names, "{text}");
    }
}

#[test]
fn organisations_count_only_without_persons() {
    for (text, names, organisations) in [
        ("The Daily Example", &["The Daily Example"][..], true),
        ("AFP", &["AFP"], true),
        ("Jane Doe, AFP", &["Jane Doe"], false),
        ("Redaktion", &["Redaktion"], true),
        ("Example staff reporter", &["Example staff reporter"], true),
        ("Jane Doe and The Daily Example staff", &["Jane Doe"], false),
    ] {
        let sites = SiteNames::of(["The Daily Example"].into_iter(), None);
        let got = authors(&[RawAuthor::unknown(text)], &sites, Trust::Field);
        assert_eq!(
            (got.names.as_slice(), got.organisations),
            (&names.iter().map(|name| (*name).to_string()).collect::<Vec<_>>()[..], organisations),
            "{text}"
        );
    }
}

#[test]
fn text_without_names_yields_none() {
    for text in [
        "",
        "Share this",
        "5 min read",
        "Updated 3 May 2020",
        "Follow us on Twitter",
        "a very long sentence that talks about nothing in particular",
        "by",
        "Eggs: The Easter Bargains",
    ] {
        assert!(!contains_name(text), "{text}");
    }
    assert!(is_byline("By Jane Doe"));
    assert!(is_byline("Posted on 3 May 2020 by jane | Leave a comment"));
    assert!(!is_byline("Jane Doe"));
    assert!(!is_byline("By the way"));
    assert!(!is_byline("张三，今年六十三岁。“我父亲用桨，我用柴油机，”他说。"));
    assert!(!is_byline("Photo by Jane Doe"));
    assert!(is_bare_name("Jane Doe | Senior Writer | 2 July 2025"));
    assert!(!is_bare_name("World News and more"));
    assert!(is_lead_in("Written by:"));
}
