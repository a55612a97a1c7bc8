//! Paywall notices in many languages, in markup as sites use it.

use crate::cut::Dice;

/// Notices by language, line by line.
const NOTICES: &[(&str, &[&[&str]])] = &[
    (
        "en",
        &[
            &["This article is for subscribers only.", "Subscribe from £4 a month", "Already a subscriber? Log in"],
            &["Want to read the full story?", "Start your free trial to read on. Cancel at any time.", "See all plans"],
            &["To continue reading, please subscribe or log in."],
            &[
                "You have reached your limit of free articles this month.",
                "Unlock unlimited access for only $1 a week.",
                "Subscribe",
            ],
            &["Create a free account to continue reading", "Register now", "I already have an account"],
            &["Become a member to read the rest of this story and support local reporting.", "Join today"],
        ],
    ),
    (
        "de",
        &[
            &["Jetzt weiterlesen mit dem Digitalabo", "4 Wochen testen, danach 9,99 € im Monat", "Bereits Abonnent? Anmelden"],
            &["Dieser Artikel ist nur für Abonnenten lesbar.", "Zum Angebot"],
            &["Sie möchten weiterlesen? Registrieren Sie sich kostenlos, um diesen Artikel zu lesen.", "Kostenlos registrieren"],
        ],
    ),
    (
        "fr",
        &[
            &["Il vous reste 68 % de cet article à lire.", "La suite est réservée aux abonnés.", "Déjà abonné ? Se connecter"],
            &["Article réservé aux abonnés", "Abonnez-vous pour lire la suite, dès 1 € le premier mois", "Je m’abonne"],
        ],
    ),
    (
        "es",
        &[
            &["Suscríbete para seguir leyendo", "Lee sin límites desde 2 € al mes", "¿Ya eres suscriptor? Inicia sesión"],
            &["Este contenido es exclusivo para suscriptores", "Ver ofertas"],
        ],
    ),
    (
        "it",
        &[
            &["Abbonati per continuare a leggere", "Primo mese a 1 €", "Sei già abbonato? Accedi"],
            &["Questo contenuto è riservato agli abbonati.", "Scopri le offerte"],
        ],
    ),
    (
        "pt",
        &[
            &["Conteúdo exclusivo para assinantes", "Assine para continuar lendo por R$ 1,90", "Já é assinante? Entre"],
            &["Para continuar a ler, subscreva o jornal.", "Assinar agora"],
        ],
    ),
    ("nl", &[&["Dit artikel is exclusief voor abonnees", "Verder lezen? Vanaf € 2 per week", "Al abonnee? Log in"]]),
    (
        "pl",
        &[&[
            "Ten artykuł przeczytasz tylko z subskrypcją",
            "Wykup dostęp, aby przeczytać cały artykuł",
            "Masz już konto? Zaloguj się",
        ]],
    ),
    ("ru", &[&["Чтобы прочитать полностью, оформите подписку", "Продолжение доступно по подписке", "Уже подписаны? Войти"]]),
    ("tr", &[&["Bu içerik abonelere özeldir", "Okumaya devam etmek için abone olun", "Zaten abone misiniz? Giriş yapın"]]),
    ("ar", &[&["هذا المقال للمشتركين فقط", "اشترك لمتابعة القراءة", "لديك اشتراك؟ تسجيل الدخول"]]),
    ("zh", &[&["本文为会员专享", "订阅后继续阅读", "已是会员？登录"]]),
    ("ja", &[&["この記事は会員限定です。", "残り 1,204 文字", "会員登録すると続きをお読みいただけます。", "ログイン"]]),
    ("ko", &[&["구독자 전용 기사입니다", "계속 읽으려면 로그인해 주세요", "구독하기"]]),
];

/// A notice in this language, or else in English, as markup or as lines of a text dump.
pub fn paywall_notice(lang: &str, dice: &Dice, markup: bool) -> String {
    let (_, notices) = NOTICES.iter().find(|(name, _)| *name == lang).unwrap_or(&NOTICES[0]);
    let lines = notices[dice.throw(3, notices.len())];
    if !markup {
        return lines.join(if dice.throw(4, 2) == 0 { "\n\n" } else { "\n" });
    }
    let each = |open: &str, close: &str| lines.iter().map(|line| format!("{open}{line}{close}")).collect::<String>();
    match dice.throw(4, 5) {
        0 => format!("<div class=\"paywall-box\">{}</div>", each("<p>", "</p>")),
        1 => format!(
            "<section class=\"gate\"><h3>{}</h3>{}</section>",
            lines[0],
            lines[1..].iter().map(|line| format!("<div><a href=\"/offer\">{line}</a></div>")).collect::<String>()
        ),
        2 => format!("<div class=\"c-7f\"><div class=\"c-80\">{}</div></div>", each("<span class=\"c-81\">", "</span><br>")),
        3 => format!("<aside class=\"piano-offer\"><ul>{}</ul></aside>", each("<li>", "</li>")),
        _ => each("<p>", "</p>"),
    }
}
