"""`winnow completion`: what a shell needs to complete commands, options and sources."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

_SHELLS = ("bash", "zsh", "fish")


@click.command(short_help="Print what makes a shell complete commands, options and sources.")
@click.argument("shell", type=click.Choice(_SHELLS))
def completion(shell: str) -> None:
    """Print the script that makes SHELL complete `winnow`.

    \b
    Examples:
      winnow completion bash > ~/.local/share/bash-completion/completions/winnow
      winnow completion zsh > ~/.zfunc/_winnow
      winnow completion fish > ~/.config/fish/completions/winnow.fish
    """  # noqa: D301 - \b is click's mark of a paragraph that is not wrapped
    found = get_completion_class(shell)
    if found is None:  # click knows all of _SHELLS
        raise click.BadParameter(f"{shell!r} is not known to this version of click")
    root = click.get_current_context().find_root().command
    click.echo(found(root, {}, "winnow", "_WINNOW_COMPLETE").source())
