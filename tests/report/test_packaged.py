"""What a page takes from the package would fetch nothing, and Leaflet keeps its licence."""

from __future__ import annotations

from patrolcast.report.packaged import leaflet_script, leaflet_style, packaged, packaged_bytes


def test_leaflet_comes_with_its_licence_and_without_a_source_map() -> None:
    assert "Redistribution and use in source and binary forms" in leaflet_script()
    assert "sourceMappingURL" not in leaflet_script()
    assert "sourceMappingURL" in packaged("assets/leaflet.js")


def test_no_rule_of_the_stylesheet_loads_an_image_and_the_others_stay() -> None:
    assert "url(" in packaged("assets/leaflet.css")
    assert "url(" not in leaflet_style()
    assert ".leaflet-container" in leaflet_style()


def test_the_fonts_come_with_their_licence() -> None:
    assert "Bitstream Vera" in packaged("assets/dejavu-LICENSE.txt")
    for name in ("DejaVuSans.subset.ttf", "DejaVuSans-Bold.subset.ttf"):
        data = packaged_bytes(f"assets/{name}")
        assert data[:4] == b"\x00\x01\x00\x00"
        assert len(data) < 120_000
