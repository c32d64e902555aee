import pytest
import torch
from torch import nn

from modiste.config import from_json, to_json
from modiste.errors import BadInput
from modiste.game.run import TrainConfig
from modiste.models import FAMILIES, family
from modiste.models.contrastive import ContrastiveConfig
from modiste.models.dcgan import DcganConfig
from modiste.models.losses import NEVER, half_binary_cross_entropy, matching_aware, non_saturating

EVERY = [(name, preset) for name, chosen in FAMILIES.items() for preset in chosen.presets]


@pytest.fixture(params=EVERY, ids=["-".join(pair) for pair in EVERY])
def players(request: pytest.FixtureRequest) -> tuple[nn.Module, nn.Module, DcganConfig]:
    name, preset = request.param
    config = FAMILIES[name].presets[preset](size=32, text_dim=256)
    torch.manual_seed(0)
    generator, discriminator = FAMILIES[name].build(config)
    return generator, discriminator, config


def test_generator_draws_pictures_between_minus_one_and_one(players: tuple) -> None:
    generator, _, config = players
    image = generator.eval()(torch.randn(3, config.noise_dim), torch.rand(3, config.text_dim))
    assert image.shape == (3, 3, 32, 32)
    assert image.abs().max() <= 1


def test_both_players_hear_the_text(players: tuple) -> None:
    generator, discriminator, config = players
    noise, image = torch.randn(2, config.noise_dim), torch.rand(2, 3, 32, 32)
    one, other = torch.eye(config.text_dim)[[3, 3]], torch.eye(config.text_dim)[[7, 7]]
    generator.eval()
    assert not torch.allclose(generator(noise, one), generator(noise, other), atol=1e-6)
    other[1] = one[1]
    logits_one, logits_other = discriminator(image, one), discriminator(image, other)
    assert logits_one.shape[0] == 2
    assert not torch.allclose(logits_one[0, 0], logits_other[0, 0], atol=1e-6)


@pytest.mark.parametrize("size", [32, 64, 128, 256])
def test_dcgan_has_the_size_it_is_asked_for(size: int) -> None:
    config = DcganConfig(size=size, width=4)
    generator, discriminator = FAMILIES["dcgan"].build(config)
    image = generator(torch.randn(2, 100), torch.rand(2, 256))
    assert image.shape[2:] == (size, size)
    assert discriminator(image, torch.rand(2, 256)).shape == (2, 1)


def test_article_preset_is_the_article() -> None:
    config = FAMILIES["dcgan"].presets["article"](size=128, text_dim=256)
    assert (config.size, config.text_dim, config.beta1) == (128, 256, 0.5)
    assert config.learning_rate == config.discriminator_learning_rate == 2e-4
    assert config.text_scale == 1.0
    assert not config.flip
    assert not config.mismatched


def test_officers_loss_is_the_articles_worked_example() -> None:
    real, fake = torch.logit(torch.tensor([[0.9]])), torch.logit(torch.tensor([[0.2]]))
    loss = half_binary_cross_entropy(real, fake)
    assert loss.item() == pytest.approx(0.1643, abs=5e-5)
    assert (loss / torch.log(torch.tensor(10.0))).item() == pytest.approx(0.0713, abs=5e-5)


def test_counterfeiters_loss_is_the_articles_worked_example() -> None:
    loss = non_saturating(torch.logit(torch.tensor([[0.1]])))
    assert loss.item() == pytest.approx(2.3026, abs=5e-5)
    assert (loss / torch.log(torch.tensor(10.0))).item() == pytest.approx(1.0, abs=1e-4)


def test_half_of_the_fakes_are_photos_beside_another_description() -> None:
    # -ln 0.9 of photos; -ln(1 - 0.4) of mismatched ones and -ln(1 - 0.2) of drawn ones, half of each.
    real, fake = torch.logit(torch.tensor([[0.9, 0.4]])), torch.logit(torch.tensor([[0.2, 0.7]]))
    loss = matching_aware(real, fake, share=0.5)
    assert loss.item() == pytest.approx((0.1054 + (0.5108 + 0.2231) / 2) / 2, abs=5e-5)
    # A photo whose neighbour has its own description is no fake, and drawn ones count in full.
    alike = matching_aware(torch.cat([real[:, :1], torch.full((1, 1), NEVER)], dim=1), fake, share=0.5)
    plain = half_binary_cross_entropy(real[:, :1], fake[:, :1])
    assert alike.item() == pytest.approx(plain.item())
    assert torch.equal(matching_aware(real[:, :1], fake[:, :1], share=0.0), plain)


def test_a_mismatched_description_is_that_of_the_picture_before() -> None:
    torch.manual_seed(0)
    discriminator = FAMILIES["dcgan"].build(DcganConfig(size=32, width=8, mismatched=0.5))[1]
    image, text = torch.rand(5, 3, 32, 32), torch.eye(256)[[3, 9, 27, 81, 81]]
    logits, shifted = discriminator(image, text), discriminator(image, text.roll(1, 0))
    assert torch.allclose(logits[:4, 1], shifted[:4, 0], atol=1e-6)
    assert not torch.allclose(logits[:4, 0], logits[:4, 1], atol=1e-6)
    # The last one's is its own, which is no mismatch: nothing is learnt of it.
    assert torch.nn.functional.softplus(logits[4, 1]) < 1e-30


@pytest.mark.parametrize("size", [96, 16, 512])
def test_size_out_of_range_says_what_to_use(size: int) -> None:
    with pytest.raises(BadInput, match="power of two from 32 to 256"):
        DcganConfig(size=size)


def test_unknown_family_lists_those_there_are() -> None:
    with pytest.raises(BadInput, match="dcgan"):
        family("stylegan")


def test_config_survives_json_and_refuses_foreign_fields() -> None:
    config = DcganConfig(size=64)
    assert from_json(DcganConfig, to_json(config)) == config
    with pytest.raises(BadInput, match="colour"):
        from_json(DcganConfig, to_json(config) | {"colour": 1})


def test_config_of_an_earlier_release_has_the_defaults_of_what_came_later() -> None:
    value = to_json(ContrastiveConfig(size=64))
    del value["augment"]
    assert from_json(ContrastiveConfig, value).augment == 0
    with pytest.raises(BadInput, match=r"\['family'\] missing"):
        from_json(TrainConfig, {"preset": "laptop", "images": 1})
