//! Tests of bylines in many languages, and of text that is not a byline.

use super::*;

fn read(text: &str, trust: Trust) -> Vec<String> {
    let sites = SiteNames::of(["The Daily Example", "例日报"].into_iter(), None);
    authors(&[RawAuthor::unknown(text)], &sites, trust).names
}

fn strings(list: &[&str]) -> Vec<String> {
    list.iter().map(|text| (*text).to_string()).collect()
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
        assert_eq!((got.names.as_slice(), got.organisations), (&strings(names)[..], organisations), "{text}");
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
        assert!(!BylineLine::of(text).contains_name(), "{text}");
    }
    assert!(BylineLine::of("By Jane Doe").is_byline());
    assert!(BylineLine::of("Posted on 3 May 2020 by jane | Leave a comment").is_byline());
    assert!(!BylineLine::of("Jane Doe").is_byline());
    assert!(!BylineLine::of("By the way").is_byline());
    assert!(!BylineLine::of("张三，今年六十三岁。“我父亲用桨，我用柴油机，”他说。").is_byline());
    assert!(!BylineLine::of("Photo by Jane Doe").is_byline());
    assert!(BylineLine::of("Jane Doe | Senior Writer | 2 July 2025").is_bare_name());
    assert!(!BylineLine::of("World News and more").is_bare_name());
    assert!(is_lead_in("Written by:"));
}

#[test]
fn words_of_organisations_may_be_names() {
    for (text, names, organisations) in [
        ("By Tim Doe and Jane Roe", &["Tim Doe", "Jane Roe"][..], false),
        ("Von Tim Müller", &["Tim Müller"], false),
        ("Emily Post", &["Emily Post"], false),
        ("Marc Kammer", &["Marc Kammer"], false),
        ("Jean Bank, AFP", &["Jean Bank"], false),
        ("Tim Redaksi", &["Tim Redaksi"], true),
        ("Example Post", &["Example Post"], true),
        ("Jane Doe Media Group", &["Jane Doe Media Group"], true),
    ] {
        let got = authors(&[RawAuthor::unknown(text)], &SiteNames::default(), Trust::Field);
        assert_eq!((got.names.as_slice(), got.organisations), (strings(names).as_slice(), organisations), "{text}");
    }
    let declared = RawAuthor { text: "Jane Media".into(), kind: AuthorKind::Person };
    assert!(!authors(&[declared], &SiteNames::default(), Trust::Field).organisations);
}

#[test]
fn agencies_beside_persons_stay_in_structured_data() {
    let person = |text: &str| RawAuthor { text: text.into(), kind: AuthorKind::Person };
    let read = |raw: &[RawAuthor]| authors(raw, &SiteNames::default(), Trust::Field).names;
    assert_eq!(read(&[person("Reuters"), person("Jane Doe")]), ["Jane Doe", "Reuters"]);
    assert_eq!(read(&[person("Anna Meier und Jörg Müller, dpa")]), ["Anna Meier", "Jörg Müller", "dpa"]);
    assert_eq!(read(&[person("Jane Doe"), person("Gear Team")]), ["Jane Doe", "Gear Team"]);
    assert_eq!(read(&[RawAuthor::unknown("Jane Doe, AFP")]), ["Jane Doe"]);
    let sites = SiteNames::of(["Gear Team"].into_iter(), None);
    assert_eq!(authors(&[person("Jane Doe"), person("Gear Team")], &sites, Trust::Field).names, ["Jane Doe"]);
}

#[test]
fn dates_and_names_that_were_glued_are_separated() {
    for (text, names) in [
        ("By Jane Doe, Associated PressApril 5, 2024", &["Jane Doe"][..]),
        ("Dec 17, 2025Jane Doe", &["Jane Doe"]),
        ("17.12.2025Anna Meier", &["Anna Meier"]),
        ("Анна Смирнова, 17 декабря 2025", &["Анна Смирнова"]),
    ] {
        assert_eq!(read(text, Trust::Mark), names, "{text}");
    }
    assert_eq!(read("janedoe42Foo", Trust::Field), ["janedoe42Foo"]);
}

#[test]
fn credits_for_text_and_pictures_are_lead_ins() {
    for (text, names) in [
        ("Text & Fotos: Anna Meier", &["Anna Meier"][..]),
        ("3 | 5 | 2022 | Video | Text & Fotos: Anna Meier | 0", &["Anna Meier"]),
        ("Words and photos by Jane Doe", &["Jane Doe"]),
        ("Texte et photos : Jean Dupont", &["Jean Dupont"]),
        ("Texto y fotos: María Pérez", &["María Pérez"]),
        ("Foto e testo di Luigi Rossi", &["Luigi Rossi"]),
        ("Teksti ja kuvat: Aino Virtanen", &["Aino Virtanen"]),
        ("Текст и фото: Иван Петров", &["Иван Петров"]),
    ] {
        assert!(BylineLine::of(text).is_byline(), "{text}");
        assert_eq!(read(text, Trust::Text), names, "{text}");
    }
}

#[test]
fn lead_ins_inside_a_line_count_before_a_name() {
    for (text, names) in [
        ("World News | A short story Written by Jane Doe", &["Jane Doe"][..]),
        ("Kultur Von Anna Meier", &["Anna Meier"]),
        ("Politique Par Jean Dupont", &["Jean Dupont"]),
        ("Deportes Por María Pérez", &["María Pérez"]),
    ] {
        assert_eq!(read(text, Trust::Text), names, "{text}");
    }
    for text in ["Stand By Your Garden", "Drive By Shooting", "a novel written by Jane Doe"] {
        assert!(!BylineLine::of(text).is_byline(), "{text}");
    }
}

#[test]
fn compounds_of_roles_are_roles() {
    assert_eq!(read("Anna Meier, Projektleiterin der Stiftung", Trust::Text), ["Anna Meier"]);
    assert_eq!(read("Anna Meier, Wirtschaftsredakteurin", Trust::Text), ["Anna Meier"]);
    assert_eq!(read("Jan de Vries, sportverslaggever", Trust::Text), ["Jan de Vries"]);
}

#[test]
fn a_name_alone_in_its_line_begins_with_a_common_first_name() {
    for text in
        ["Anna Meier", "Jane Doe | Senior Writer", "SVEN MEIER", "Иван Петров", "Γιώργος Παππάς", "محمد علي", "Mehmet Yılmaz"]
    {
        assert!(BylineLine::of(text).is_known_name(), "{text}");
    }
    assert!(
        BylineLine::of("Anna Meier 25 March 2025 Gardens, Rivers and lakes, Parks, Bridges of the town").is_known_name(),
        "before a date"
    );
    for text in [
        "Skip Navigation",
        "Zum Angebot",
        "Immutable Page",
        "United States",
        "Anna",
        "Anna Meier erklärt, wie man einen Garten anlegt",
        "ANNA MEIER/AFP via Getty Images",
    ] {
        assert!(!BylineLine::of(text).is_known_name(), "{text}");
    }
    assert_eq!(biography_subject("Jane Doe is a freelance writer.").as_deref(), Some("Jane Doe"));
    assert_eq!(biography_subject("Anna Meier ist freie Autorin.").as_deref(), Some("Anna Meier"));
    assert_eq!(biography_subject("The author is a freelance writer."), None);
}

#[test]
fn names_that_markup_repeats_are_read_once() {
    assert_eq!(read("Jane Doe Jane Doe", Trust::Mark), ["Jane Doe"]);
    assert_eq!(read("Jane Jane", Trust::Mark), ["Jane"]);
    assert_eq!(read("Redaktion 1. November 2023 10:29", Trust::Mark), ["Redaktion"]);
}

#[test]
fn words_that_were_joined_to_names_are_separated() {
    for (text, names) in [
        ("Von Anna MeierKorrespondent", &["Anna Meier"][..]),
        ("By Jane DoePublished: Jan 29, 2025", &["Jane Doe"]),
        ("By Jane DoeLifestyle Writer", &["Jane Doe"]),
        ("Jane DoeNews Reporter", &["Jane Doe"]),
        ("On January 12, 2025 By Jane DoeIn Gardens, Rivers", &["Jane Doe"]),
        ("byRahimu Juma", &["Rahimu Juma"]),
        ("Written byJane Doe", &["Jane Doe"]),
        ("About the AuthorJane Doe", &["Jane Doe"]),
        ("Jane Doe5 hours ago", &["Jane Doe"]),
        ("By Jane Doe0, John Roe2", &["Jane Doe", "John Roe"]),
        ("By Jane McDonald and Leonardo DiCaprio", &["Jane McDonald", "Leonardo DiCaprio"]),
        ("By Jane LaRue", &["Jane LaRue"]),
    ] {
        assert_eq!(read(text, Trust::Text), names, "{text}");
    }
    assert_eq!(read("JaneEditor", Trust::Field), ["JaneEditor"], "a user name");
}

#[test]
fn possessives_belong_to_no_name() {
    assert_eq!(read("By Jane Doe's Garden", Trust::Text), Vec::<String>::new());
    assert_eq!(read("Jane Doe’s", Trust::Text), ["Jane Doe"]);
}

#[test]
fn the_person_who_is_interviewed_is_no_author() {
    for text in ["Ein Interview von Anna Meier mit Jane Doe", "Interview by Anna Meier with Jane Doe"] {
        assert_eq!(read(text, Trust::Text), ["Anna Meier"], "{text}");
    }
    assert_eq!(read("Von Anna Meier mit Jane Doe", Trust::Text), ["Anna Meier", "Jane Doe"]);
}

#[test]
fn departments_with_the_name_of_an_outlet_are_whole() {
    assert_eq!(read("Garden Notes Editorial Team", Trust::Field), ["Garden Notes Editorial Team"]);
    assert_eq!(read("By The Gazette editors", Trust::Text), ["The Gazette editors"]);
    assert_eq!(read("Jane Doe Gear Editor", Trust::Text), ["Jane Doe"]);
    assert_eq!(read("Jane Doe Technical Writer", Trust::Text), ["Jane Doe"]);
}
