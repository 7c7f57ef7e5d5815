"""The edge where results go out: JSON and its schemas, GeoPackage, HTML, manifest."""
