"""The one order of `injection_rules` that is known in other languages."""

from __future__ import annotations

from msgspec import Struct


class Tongue(Struct, frozen=True, kw_only=True):
    """How a language says "ignore the previous instructions": beginnings of words, one of each kind close together."""

    undo: tuple[str, ...]
    old: tuple[str, ...]
    orders: tuple[str, ...]


def _tongue(undo: str, old: str, orders: str) -> Tongue:
    return Tongue(undo=tuple(undo.split("|")), old=tuple(old.split("|")), orders=tuple(orders.split("|")))


TONGUES = (
    _tongue(
        "ignorier|vergiss|missacht|beachte|befolge",
        "vorherig|bisherig|obig|früher|deine|des systems",
        "anweisung|instruktion|vorgaben",
    ),
    _tongue(
        "ignore|oublie|n'obéis|ne suis pas",
        "précédent|antérieur|ci-dessus|plus haut",
        "instructions|consignes|directives",
    ),
    _tongue("ignora|olvida", "anterior|previa|tus ", "instrucciones|indicaciones|directrices"),
    _tongue("ignora|dimentica", "precedenti|anteriori|tue ", "istruzioni|indicazioni"),
    _tongue("ignor|esque", "anterior|prévia|acima", "instruções|diretrizes"),
    _tongue("negeer|vergeet", "eerder|vorige|bovenstaand", "instructies|opdrachten"),
    _tongue("zignoruj|zapomnij|pomiń", "poprzedni|wcześniejsz|powyższ", "instrukcj|poleceni"),
    _tongue("ignorera|glöm", "tidigare|föregående|ovanstående", "instruktion|anvisning"),
    _tongue("игнорируй|забудь|проигнорируй|не следуй|не выполняй", "предыдущ|прежни|прошлы|выше", "инструкци|указани"),
    _tongue("ігноруй|забудь|проігноруй", "попередн|раніш", "інструкці|вказівк"),
    _tongue("yok say|görmezden gel|unut", "önceki|yukarıdaki", "talimat|yönerge"),
    _tongue("bỏ qua|quên", "trước|ở trên", "hướng dẫn|chỉ dẫn"),
    _tongue("忽略|无视|無視|忘记|忘記|不要遵守|不要遵循", "之前|以前|上面|以上|先前", "指令|指示|提示词|提示詞|说明"),
    _tongue("無視|忘れ", "これまで|以前|上記|前の", "指示|命令|プロンプト"),
    _tongue("무시|잊", "이전|앞의|위의", "지시|명령|프롬프트"),
    _tongue("تجاهل|انس", "السابقة|أعلاه", "التعليمات|الأوامر"),
    _tongue("अनदेखा|भूल", "पिछले|पहले|ऊपर", "निर्देश"),
)
