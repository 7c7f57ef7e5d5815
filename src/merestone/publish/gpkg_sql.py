"""The SQL of a GeoPackage 1.3 (OGC 12-128r17): the tables that every one has, and its extensions.

1.3 rather than 1.4, because GDAL before 3.7 and QGIS with it warn of 1.4. Written as SQL text, so that
the file does not depend on what a library of the day adds.
"""

APPLICATION_ID = 0x47504B47  # "GPKG"
USER_VERSION = 10300

LAST_CHANGE = "1970-01-01T00:00:00.000Z"
"""Where GeoPackage asks for a time: a result knows no clock, and is the same bytes tomorrow."""

WGS84 = (
    'GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563,AUTHORITY["EPSG","7030"]],'
    'AUTHORITY["EPSG","6326"]],PRIMEM["Greenwich",0,AUTHORITY["EPSG","8901"]],'
    'UNIT["degree",0.0174532925199433,AUTHORITY["EPSG","9122"]],AXIS["Latitude",NORTH],'
    'AXIS["Longitude",EAST],AUTHORITY["EPSG","4326"]]'
)

REFERENCE_SYSTEMS = (
    (
        "Undefined Cartesian SRS",
        -1,
        "NONE",
        -1,
        "undefined",
        "undefined Cartesian coordinate reference system",
    ),
    (
        "Undefined geographic SRS",
        0,
        "NONE",
        0,
        "undefined",
        "undefined geographic coordinate reference system",
    ),
    ("WGS 84", 4326, "EPSG", 4326, WGS84, "longitude/latitude in degrees on the WGS 84 ellipsoid"),
)

TABLES = (
    """CREATE TABLE gpkg_spatial_ref_sys (
  srs_name TEXT NOT NULL,
  srs_id INTEGER NOT NULL PRIMARY KEY,
  organization TEXT NOT NULL,
  organization_coordsys_id INTEGER NOT NULL,
  definition TEXT NOT NULL,
  description TEXT
)""",
    """CREATE TABLE gpkg_contents (
  table_name TEXT NOT NULL PRIMARY KEY,
  data_type TEXT NOT NULL,
  identifier TEXT UNIQUE,
  description TEXT DEFAULT '',
  last_change DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')),
  min_x DOUBLE,
  min_y DOUBLE,
  max_x DOUBLE,
  max_y DOUBLE,
  srs_id INTEGER,
  CONSTRAINT fk_gc_r_srs_id FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id)
)""",
    """CREATE TABLE gpkg_geometry_columns (
  table_name TEXT NOT NULL,
  column_name TEXT NOT NULL,
  geometry_type_name TEXT NOT NULL,
  srs_id INTEGER NOT NULL,
  z TINYINT NOT NULL,
  m TINYINT NOT NULL,
  CONSTRAINT pk_geom_cols PRIMARY KEY (table_name, column_name),
  CONSTRAINT uk_gc_table_name UNIQUE (table_name),
  CONSTRAINT fk_gc_tn FOREIGN KEY (table_name) REFERENCES gpkg_contents(table_name),
  CONSTRAINT fk_gc_srs FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys (srs_id)
)""",
    """CREATE TABLE gpkg_extensions (
  table_name TEXT,
  column_name TEXT,
  extension_name TEXT NOT NULL,
  definition TEXT NOT NULL,
  scope TEXT NOT NULL,
  CONSTRAINT ge_tce UNIQUE (table_name, column_name, extension_name)
)""",
    """CREATE TABLE gpkg_metadata (
  id INTEGER CONSTRAINT m_pk PRIMARY KEY ASC NOT NULL,
  md_scope TEXT NOT NULL DEFAULT 'dataset',
  md_standard_uri TEXT NOT NULL,
  mime_type TEXT NOT NULL DEFAULT 'text/xml',
  metadata TEXT NOT NULL DEFAULT ''
)""",
    """CREATE TABLE gpkg_metadata_reference (
  reference_scope TEXT NOT NULL,
  table_name TEXT,
  column_name TEXT,
  row_id_value INTEGER,
  timestamp DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')),
  md_file_id INTEGER NOT NULL,
  md_parent_id INTEGER,
  CONSTRAINT crmr_mfi_fk FOREIGN KEY (md_file_id) REFERENCES gpkg_metadata(id),
  CONSTRAINT crmr_mpi_fk FOREIGN KEY (md_parent_id) REFERENCES gpkg_metadata(id)
)""",
    """CREATE TABLE gpkg_data_columns (
  table_name TEXT NOT NULL,
  column_name TEXT NOT NULL,
  name TEXT,
  title TEXT,
  description TEXT,
  mime_type TEXT,
  constraint_name TEXT,
  CONSTRAINT pk_gdc PRIMARY KEY (table_name, column_name),
  CONSTRAINT gdc_tn UNIQUE (table_name, name)
)""",
    """CREATE TABLE gpkg_data_column_constraints (
  constraint_name TEXT NOT NULL,
  constraint_type TEXT NOT NULL,
  value TEXT,
  min NUMERIC,
  min_is_inclusive BOOLEAN,
  max NUMERIC,
  max_is_inclusive BOOLEAN,
  description TEXT,
  CONSTRAINT gdcc_ntv UNIQUE (constraint_name, constraint_type, value)
)""",
)

LAYER_STYLES = """CREATE TABLE layer_styles (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  f_table_catalog TEXT(256),
  f_table_schema TEXT(256),
  f_table_name TEXT(256),
  f_geometry_column TEXT(256),
  styleName TEXT(30),
  styleQML TEXT,
  styleSLD TEXT,
  useAsDefault BOOLEAN,
  description TEXT,
  owner TEXT(30),
  ui TEXT(30),
  update_time DATETIME DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now'))
)"""
"""The table in which QGIS keeps styles; its default style of a layer is taken when the layer is opened."""

EXTENSIONS = tuple(
    (table, None, name, f"http://www.geopackage.org/spec130/#{anchor}", "read-write")
    for table, name, anchor in (
        ("gpkg_metadata", "gpkg_metadata", "extension_metadata"),
        ("gpkg_metadata_reference", "gpkg_metadata", "extension_metadata"),
        ("gpkg_data_columns", "gpkg_schema", "extension_schema"),
        ("gpkg_data_column_constraints", "gpkg_schema", "extension_schema"),
    )
)


def quoted(name: str) -> str:
    """A name as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def rtree_extension(table: str) -> tuple[str, str, str, str, str]:
    """The row of gpkg_extensions for the spatial index of a layer."""
    return (
        table,
        "geom",
        "gpkg_rtree_index",
        "http://www.geopackage.org/spec130/#extension_rtree",
        "write-only",
    )


def rtree_triggers(table: str) -> tuple[str, ...]:
    """The triggers that keep the spatial index of a layer current when another program edits it.

    Those of OGC 12-128r17, clause F.3; their ST_ functions are known to GDAL and SpatiaLite.
    """
    layer, index = quoted(table), quoted(f"rtree_{table}_geom")
    filled = 'NEW."geom" NOTNULL AND NOT ST_IsEmpty(NEW."geom")'
    empty = 'NEW."geom" ISNULL OR ST_IsEmpty(NEW."geom")'
    box = 'ST_MinX(NEW."geom"), ST_MaxX(NEW."geom"), ST_MinY(NEW."geom"), ST_MaxY(NEW."geom")'
    # The names are those of our own layers, quoted.
    insert = f'INSERT OR REPLACE INTO {index} VALUES (NEW."fid", {box})'  # noqa: S608
    delete = f'DELETE FROM {index} WHERE id = OLD."fid"'  # noqa: S608
    same, other = 'OLD."fid" = NEW."fid"', 'OLD."fid" != NEW."fid"'
    moved = f'AFTER UPDATE OF "geom" ON {layer}'
    rules = (
        ("insert", f"AFTER INSERT ON {layer} WHEN ({filled})", insert),
        ("update1", f"{moved} WHEN {same} AND ({filled})", insert),
        ("update2", f"{moved} WHEN {same} AND ({empty})", delete),
        ("update3", f"AFTER UPDATE ON {layer} WHEN {other} AND ({filled})", f"{delete}; {insert}"),
        (
            "update4",
            f"AFTER UPDATE ON {layer} WHEN {other} AND ({empty})",
            f'DELETE FROM {index} WHERE id IN (OLD."fid", NEW."fid")',  # noqa: S608
        ),
        ("delete", f'AFTER DELETE ON {layer} WHEN OLD."geom" NOT NULL', delete),
    )
    return tuple(
        f"CREATE TRIGGER {quoted(f'rtree_{table}_geom_{name}')} {when} BEGIN {action}; END"
        for name, when, action in rules
    )
