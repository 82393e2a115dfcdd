"""Invented people: names put together from common parts, phones and documents counted up. None of them exists."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

SURNAMES = "陈林黄李吴梁张王何刘杨周罗邓许曾彭郑冯蔡"
GIVEN = {
    "female": ("海燕", "丽华", "小敏", "秀英", "春梅", "雅婷", "桂兰", "佩珊", "玉珍", "思琪", "月娥", "淑芬", "惠玲"),
    "male": ("志强", "建国", "伟明", "俊杰", "国栋", "永康", "文博", "晓东", "家豪", "振华", "明辉", "浩然", "立新"),
}
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK_CHARACTERS = "10X98765432"
REGION = "440800"


@dataclass(frozen=True, slots=True)
class InventedPerson:
    """A name, a phone in E.164 and a resident number whose check character is right."""

    name: str
    phone: str
    id_number: str
    gender: str
    birth_date: date


def invented_people() -> Iterator[InventedPerson]:
    """People without end, the same ones every time."""
    for number in itertools.count(1):
        born = date(1970, 1, 1) + timedelta(days=(number * 397) % 11_000)
        sequence = number % 1000
        body = f"{REGION}{born:%Y%m%d}{sequence:03d}"
        check = CHECK_CHARACTERS[sum(int(digit) * weight for digit, weight in zip(body, WEIGHTS, strict=True)) % 11]
        gender = "male" if sequence % 2 else "female"
        names = GIVEN[gender]
        yield InventedPerson(
            name=SURNAMES[number % len(SURNAMES)] + names[(number * 7) % len(names)],
            phone=f"+861660000{number:04d}",
            id_number=body + check,
            gender=gender,
            birth_date=born,
        )
