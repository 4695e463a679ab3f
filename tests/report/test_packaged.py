"""What a page takes from the package would fetch nothing, and Leaflet keeps its licence."""

from __future__ import annotations

from patrolcast.report.packaged import leaflet_script, leaflet_style, packaged


def test_leaflet_comes_with_its_licence_and_without_a_source_map() -> None:
    assert "Redistribution and use in source and binary forms" in leaflet_script()
    assert "sourceMappingURL" not in leaflet_script()
    assert "sourceMappingURL" in packaged("assets/leaflet.js")


def test_no_rule_of_the_stylesheet_loads_an_image_and_the_others_stay() -> None:
    assert "url(" in packaged("assets/leaflet.css")
    assert "url(" not in leaflet_style()
    assert ".leaflet-container" in leaflet_style()
