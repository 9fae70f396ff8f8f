"""How many SMS a text takes: 160 or 153 characters of the GSM alphabet each, 70 or 67 UTF-16 units otherwise."""

GSM = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM_DOUBLE = frozenset("^{}\\[~]|€")


def segments(body: str) -> int:
    """At least one. Source: GSM 03.38, and Twilio's page on the SMS character limit."""
    if GSM.issuperset(set(body) - GSM_DOUBLE):
        length, single, joined = len(body) + sum(each in GSM_DOUBLE for each in body), 160, 153
    else:
        length, single, joined = len(body.encode("utf-16-le", "surrogatepass")) // 2, 70, 67
    return 1 if length <= single else -(-length // joined)
