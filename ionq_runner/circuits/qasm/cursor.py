"""A place among the tokens of an OpenQASM text, and what is wrong there."""

from __future__ import annotations

from ionq_runner.circuits.qasm.lexer import Token, token_at
from ionq_runner.circuits.qasm.problems import QasmSyntax
from ionq_runner.diagnostics import Excerpt, ProblemFound, Span

__all__ = ["Cursor"]


class Cursor:
    """Reads tokens one after the other."""

    def __init__(self, excerpt: Excerpt) -> None:
        self.excerpt = excerpt
        self.tokens: list[Token] = []
        self.position = 0

    def peek(self, ahead: int = 0) -> Token:
        """The next token, or one further on."""
        while len(self.tokens) <= self.position + ahead:
            self.tokens.append(token_at(self.excerpt, self.tokens[-1].end if self.tokens else 0))
        return self.tokens[self.position + ahead]

    @property
    def unread(self) -> int | None:
        """Where the text begins of which no token has been looked at; None while there are tokens to take."""
        return None if len(self.tokens) > self.position else self.tokens[-1].end if self.tokens else 0

    def pass_over(self, end: int) -> None:
        """Go on behind a statement that was read from the text itself, whose last character is a semicolon."""
        self.tokens.append(Token("sign", ";", end - 1, end))
        self.position += 1

    @property
    def now(self) -> Token:
        """The next token."""
        return self.tokens[self.position] if self.position < len(self.tokens) else self.peek()

    @property
    def before(self) -> Token:
        """The last one that was taken."""
        return self.tokens[self.position - 1]

    @property
    def here(self) -> Span:
        """The place of the next token."""
        return self.span_of(self.now)

    def span_of(self, token: Token) -> Span:
        """The place of a token."""
        return self.excerpt.span(token.start, token.end)

    def since(self, token: Token) -> Span:
        """From a token to the last one that was taken."""
        return self.excerpt.span(token.start, self.before.end)

    def take(self) -> Token:
        """The next token; the end is never passed."""
        token = self.now
        if token.kind:
            self.position += 1
        return token

    def accept(self, text: str) -> bool:
        """Take the next token if it is this one."""
        token = self.now
        if token.text != text or token.kind in ("text", ""):
            return False
        self.position += 1
        return True

    def expect(self, text: str) -> Token:
        """Take the next token, which must be this one. Raises ProblemFound."""
        token = self.now
        if token.text != text or token.kind in ("text", ""):
            raise ProblemFound(self.expected(f"`{text}`"))
        self.position += 1
        return token

    def name(self, what: str) -> Token:
        """Take a name. Raises ProblemFound."""
        if self.now.kind != "name":
            raise ProblemFound(self.expected(what))
        return self.take()

    def expected(self, what: str, token: Token | None = None) -> QasmSyntax:
        """What should stand at a token, and what does."""
        token = token or self.now
        found = f"`{token.text}`" if token.kind else "the end of the text"
        if what == "`;`" and self.position:  # it is missing where the statement ends, not where the next begins
            return QasmSyntax(self.excerpt.span(self.before.end - 1, self.before.end), "`;` behind this", found)
        return QasmSyntax(self.span_of(token), what, found)

    def skip_brackets(self) -> None:
        """Pass over `[...]`. Raises ProblemFound where it does not end."""
        self.expect("[")
        depth = 1
        while depth:
            token = self.take()
            if not token.kind:
                raise ProblemFound(self.expected("`]`"))
            depth += (token.text == "[") - (token.text == "]")

    def skip_block(self) -> bool:
        """Pass over `{...}`, and say whether a measurement is in it. Raises ProblemFound where it does not end."""
        depth, measures = 0, False
        while True:
            token = self.take()
            if not token.kind:
                raise ProblemFound(self.expected("`}`"))
            measures |= token.text == "measure" and token.kind == "name"
            depth += (token.text == "{") - (token.text == "}")
            if depth == 0:
                return measures

    def to_semicolon(self) -> None:
        """Pass over the rest of a statement."""
        while self.now.kind and self.now.text not in (";", "}"):
            self.take()
        self.accept(";")
