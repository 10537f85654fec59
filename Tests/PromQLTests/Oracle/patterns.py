"""Regular expressions made by chance, in matchers and in label_replace, which shows what each group matched."""

import random

ATOMS = [
    "a", "b", "c", "ab", ".", "\\\\d", "\\\\w", "\\\\s", "\\\\W", "[ab]", "[^a]", "[a-c]", "[[:alpha:]]", "^",
    "$", "\\\\b", "\\\\B", "(?i)", "(?s)", "(?i:A)", "(?:a)", "é", "1", "-", "\\\\.", "x", "\\\\pL", "\\\\pN",
    "[b-]", "\\\\x61", "\\\\141", "\\\\Qa.\\\\E", "\\\\n", "\\n", "(?U)", "(?m)", "]", "}", "{", "a{2}",
    "a{0,2}", "a{1,}", "[\\\\d-]", "[a\\\\-c]", "\\\\z", "\\\\A"]
OPERATORS = ["*", "+", "?", "*?", "+?", "??", "{2}", "{1,2}", "{0,}"]
MISTAKES = [
    "(", ")", "[", "*", "\\\\", "[z-a]", "(?<", "\\\\8", "{9999}", "(?=a)", "\\\\p", "\\\\pZ", "\\\\p{Lx}",
    "[[:foo:]]", "[a"]


def pattern(chance, depth):
    text = ""
    for _ in range(chance.randint(0, 4)):
        kind = chance.randint(0, 9)
        if depth > 0 and kind < 2:
            text += "(%s)" % pattern(chance, depth - 1)
        elif depth > 0 and kind == 2:
            text += "(?:%s|%s)" % (pattern(chance, depth - 1), pattern(chance, depth - 1))
        elif depth > 0 and kind == 3:
            text += "(?P<n%d>%s)" % (chance.randint(0, 3), pattern(chance, depth - 1))
        else:
            text += chance.choice(ATOMS)
        if chance.random() < 0.35:
            text += chance.choice(OPERATORS)
    if chance.random() < 0.06:
        text += chance.choice(MISTAKES)
    return text


def value(chance):
    letters = ["a", "b", "c", "A", "1", "-", "é", "x", " ", "\\n", "."]
    return "".join(chance.choice(letters) for _ in range(chance.randint(0, 6)))


def queries(seed, count):
    chance = random.Random(seed)
    for number in range(count):
        text, regex = value(chance), pattern(chance, 2)
        if number % 2:
            labelled = 'label_replace(vector(1), "v", "%s", "", "")' % text
            yield 'label_replace(%s, "r", "<$1|$2|$n0>", "v", "%s")' % (labelled, regex)
        else:
            yield 'text{path=~"%s"}' % regex
