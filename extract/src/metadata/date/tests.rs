//! Tests of dates: written for people in many languages, their labels, and instants.

use super::*;

fn first(text: &str, tag: &str) -> String {
    let locale = Locale::of(Some(tag), None);
    visible(text, &locale).first().map_or_else(|| "none".to_string(), |found| found.date.day.to_string())
}

#[test]
fn reads_the_same_day_in_many_languages() {
    for (text, tag) in [
        ("Friday, October 27, 2023", "en"),
        ("27th of October 2023 10:00 PM", "en"),
        ("Oct. 27, 2023", "en"),
        ("27-Oct-2023", "en"),
        ("Freitag, 27. Oktober 2023", "de"),
        ("vendredi 27 octobre 2023 à 10h00", "fr"),
        ("27 de octubre de 2023", "es"),
        ("27 de outubro de 2023", "pt"),
        ("27/out/2023", "pt"),
        ("venerdì 27 ottobre 2023", "it"),
        ("27 oktober 2023", "nl"),
        ("27 oktober 2023", "sv"),
        ("27. oktober 2023", "da"),
        ("27. okt. 2023", "no"),
        ("27. október 2023", "is"),
        ("27. lokakuuta 2023", "fi"),
        ("27. oktoober 2023", "et"),
        ("2023. gada 27. oktobrī", "lv"),
        ("2023 m. spalio 27 d.", "lt"),
        ("27 października 2023", "pl"),
        ("27. října 2023", "cs"),
        ("27. 10. 2023", "cs"),
        ("27. októbra 2023", "sk"),
        ("27. oktobra 2023", "sl"),
        ("27. listopada 2023.", "hr"),
        ("27. октобар 2023.", "sr"),
        ("27 октомври 2023 г.", "bg"),
        ("27 октября 2023 года", "ru"),
        ("27 жовтня 2023", "uk"),
        ("27 кастрычніка 2023", "be"),
        ("2023. október 27.", "hu"),
        ("27 octombrie 2023", "ro"),
        ("27 Tetor 2023", "sq"),
        ("27 Οκτωβρίου 2023", "el"),
        ("27 Ekim 2023 Cuma", "tr"),
        ("27 Oktyabr 2023", "az"),
        ("27 ოქტომბერი 2023", "ka"),
        ("27 Հոկտեմբերի 2023", "hy"),
        ("27 d'octubre de 2023", "ca"),
        ("2023ko urriaren 27a", "eu"),
        ("27 Oktober 2023", "id"),
        ("27 Oktoba 2023", "sw"),
        ("Thứ Sáu, ngày 27 tháng 10 năm 2023", "vi"),
        ("27 Tháng Mười, 2023", "vi"),
        ("27 أكتوبر 2023", "ar"),
        ("٢٧ تشرين الأول ٢٠٢٣", "ar"),
        ("۵ آبان ۱۴۰۲", "fa"),
        ("۱۴۰۲/۰۸/۰۵", "fa"),
        ("27 اکتوبر 2023", "ur"),
        ("27 באוקטובר 2023", "he"),
        ("27 अक्टूबर 2023", "hi"),
        ("२७ ऑक्टोबर २०२३", "mr"),
        ("২৭ অক্টোবর ২০২৩", "bn"),
        ("27 அக்டோபர் 2023", "ta"),
        ("27 అక్టోబర్ 2023", "te"),
        ("27 ഒക്ടോബർ 2023", "ml"),
        ("27 ตุลาคม 2566", "th"),
        ("27 ต.ค. 2566", "th"),
        ("2023年10月27日 08:30", "zh"),
        ("民國112年10月27日", "zh"),
        ("令和5年10月27日", "ja"),
        ("2023년 10월 27일", "ko"),
        ("입력2023.10.27. 오전 10:00", "ko"),
        ("2023 оны 10 сарын 27", "mn"),
        ("27.10.23", "de"),
        ("27/10/2023", "fr"),
        ("10/27/2023", "fr"),
        ("2023/10/27", "ja"),
        ("27 Oct '23", "en"),
        ("Fri, 27 Oct 2023 10:00:00 +0200", "en"),
        ("Fri Oct 27 10:00:00 CEST 2023", "en"),
    ] {
        assert_eq!(first(text, tag), "2023-10-27", "{tag}: {text}");
    }
}

#[test]
fn order_follows_the_country() {
    assert_eq!(first("03/04/2024", "en-US"), "2024-03-04");
    assert_eq!(first("03/04/2024", "en-GB"), "2024-04-03");
    assert_eq!(first("03/04/2024", "es"), "2024-04-03");
    assert_eq!(first("03.04.2024", "en-US"), "2024-04-03");
    assert_eq!(first("02-12-2025", "en"), "2025-12-02");
}

#[test]
fn text_without_a_date_yields_none() {
    for text in ["version 1.2.2020.4", "192.168.2000.1", "call 555 2023", "May 2023", "the 27 of us", "31 February 2023", "10:30"]
    {
        assert_eq!(first(text, "en"), "none", "{text}");
    }
}

#[test]
fn labels_distinguish_published_from_modified() {
    let labels = |text: &str| -> Vec<(String, Option<DateLabel>)> {
        visible(text, &Locale::default()).iter().map(|found| (found.date.day.to_string(), found.label)).collect()
    };
    let (published, modified) = (Some(DateLabel::Published), Some(DateLabel::Modified));
    let both = [("2023-10-27".to_string(), published), ("2023-10-28".to_string(), modified)];
    assert_eq!(labels("Published 27 October 2023, updated on 28 October 2023"), both);
    assert_eq!(labels("Veröffentlicht: 27.10.2023, 10:00 Uhr | Aktualisiert: 28.10.2023, 11:00 Uhr"), both);
    assert_eq!(labels("Опубликовано 27 октября 2023, обновлено 28 октября 2023"), both);
    assert_eq!(labels("公開日：2023年10月27日 更新日：2023年10月28日"), both);
    assert_eq!(labels("27 October 2023"), [("2023-10-27".to_string(), None)]);
    assert_eq!(labels("2023-10-28 更新"), [("2023-10-28".to_string(), modified)]);
}

#[test]
fn times_and_zones_give_instants() {
    let instant = |text: &str| visible(text, &Locale::default())[0].date.instant().map(|instant| instant.to_string());
    assert_eq!(instant("October 27, 2023 at 9:05 p.m. EDT").as_deref(), Some("2023-10-28T01:05:00Z"));
    assert_eq!(instant("27 Oct 2023 10:00:00 GMT").as_deref(), Some("2023-10-27T10:00:00Z"));
    assert_eq!(instant("Fri Oct 27 2023 10:00:00 GMT+0200").as_deref(), Some("2023-10-27T08:00:00Z"));
    assert_eq!(instant("27. Oktober 2023, 10:00 Uhr"), None);
}

#[test]
fn machine_dates_with_time_and_zone_give_instants() {
    let date = machine("2025-01-13T21:37:00+09:00").unwrap();
    assert_eq!(date.day.to_string(), "2025-01-13");
    assert_eq!(date.instant().unwrap().to_string(), "2025-01-13T12:37:00Z");
}

#[test]
fn future_and_placeholder_dates_are_implausible() {
    let now = "2024-05-01T12:00:00Z".parse().ok();
    let plausible = |text: &str| is_plausible(&machine(text).unwrap(), now);
    assert!(plausible("2024-05-02"));
    assert!(!plausible("2024-05-03"));
    assert!(!plausible("1970-01-01"));
    assert!(plausible("1998-07-01"));
}

#[test]
fn moving_the_day_keeps_the_instant() {
    let date = machine("2020-02-25T02:30:00Z").unwrap();
    let local: crate::base::time::Day = "2020-02-24".parse().unwrap();
    assert!(date.is_utc() && date.can_be_on(local));
    assert_eq!(date.moved_to(local).day, local);
    assert_eq!(date.moved_to(local).instant(), date.instant());
    assert!(!date.can_be_on("2020-02-26".parse().unwrap()));
    assert!(!machine("2020-02-25T23:30:00Z").unwrap().can_be_on(local));
}
