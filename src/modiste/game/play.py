"""The game: a counterfeiter (generator) draws, an officer (discriminator) judges, both learn.

One round is the article's seven steps: the counterfeiter draws (1); the officer sees real photos (2)
and drawn pictures (3) and learns from half the sum of both errors (4); its eyes are closed: its weights
are frozen (5); the labels are flipped and the counterfeiter learns through the blind officer's judgement
(6); the eyes open again (7).
"""

from collections.abc import Iterator
from contextlib import contextmanager

from torch import Tensor, nn

from modiste.catalogue.batches import Batch
from modiste.game.precision import in_its_precision
from modiste.game.state import TrainState
from modiste.models.family import Logits
from modiste.models.losses import in_full


@in_its_precision
def draw(state: TrainState, batch: Batch) -> Tensor:
    """Step 1: pictures [batch, 3, height, width] in [-1, 1] from the batch's noise and descriptions."""
    return in_full(state.rules.draw(state, batch))


@in_its_precision
def discriminator_step(state: TrainState, batch: Batch, fake: Tensor) -> dict[str, Tensor]:
    """Steps 2 to 4: the officer learns to tell photos from drawn pictures. Returns what it thought."""
    real_logits = verdict(state, batch.image, batch.text_embedding)
    fake_logits = verdict(state, fake.detach(), batch.text_embedding)
    loss = state.rules.discriminator_loss(real_logits, fake_logits) + state.rules.penalty(state, batch, fake)

    state.discriminator_optimizer.zero_grad()
    loss.backward()  # type: ignore[no-untyped-call]
    state.discriminator_optimizer.step()
    state.real_logits = real_logits.detach()
    state.zero = zero = state.rules.zero(real_logits.detach(), fake_logits.detach())
    return {
        "discriminator_loss": loss.detach(),
        "hits_on_real": (real_logits[:, 0] > zero).float().mean(),
        "hits_on_fake": (fake_logits[:, 0] < zero).float().mean(),
    }


@in_its_precision
def generator_step(state: TrainState, batch: Batch, fake: Tensor) -> dict[str, Tensor]:
    """Steps 5 to 7: the counterfeiter learns what the officer, its eyes closed, would take for real."""
    with frozen(state.discriminator):
        fake_logits = verdict(state, fake, batch.text_embedding)
        assert state.real_logits is not None, "the officer's step comes first"
        loss = state.rules.generator_loss(state.real_logits, fake_logits)
        loss = loss + state.rules.generator_penalty(state, batch, fake)

        state.generator_optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
    state.aside = None
    state.generator_optimizer.step()
    return {"generator_loss": loss.detach()}


def verdict(state: TrainState, image: Tensor, text_embedding: Tensor) -> Logits:
    """What the officer says of pictures, each beside its description, as far as it sees them."""
    logits: Logits = state.discriminator(state.rules.view(state, image), text_embedding)
    return in_full(logits)


@contextmanager
def frozen(network: nn.Module) -> Iterator[None]:
    """Closes a network's eyes: within, no gradient reaches its weights, though it passes through."""
    network.requires_grad_(False)
    try:
        yield
    finally:
        network.requires_grad_(True)
