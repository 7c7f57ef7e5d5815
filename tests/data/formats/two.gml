<?xml version="1.0" encoding="utf-8" ?>
<ogr:FeatureCollection
     gml:id="aFeatureCollection"
     xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
     xsi:schemaLocation="http://ogr.maptools.org/ two.xsd"
     xmlns:ogr="http://ogr.maptools.org/"
     xmlns:gml="http://www.opengis.net/gml/3.2">
  <gml:boundedBy><gml:Envelope srsName="urn:ogc:def:crs:EPSG::4326"><gml:lowerCorner>40 45</gml:lowerCorner><gml:upperCorner>41 46</gml:upperCorner></gml:Envelope></gml:boundedBy>
                                                                                                                                                                          
  <ogr:featureMember>
    <ogr:two gml:id="two.0">
      <gml:boundedBy><gml:Envelope srsName="urn:ogc:def:crs:EPSG::4326"><gml:lowerCorner>40 45</gml:lowerCorner><gml:upperCorner>41.0 45.625</gml:upperCorner></gml:Envelope></gml:boundedBy>
      <ogr:geometryProperty><gml:Polygon srsName="urn:ogc:def:crs:EPSG::4326" gml:id="two.geom.0"><gml:exterior><gml:LinearRing><gml:posList>40 45 40.0 45.5 40.5 45.625 41.0 45.5 41 45 40 45</gml:posList></gml:LinearRing></gml:exterior></gml:Polygon></ogr:geometryProperty>
      <ogr:party>AAA</ogr:party>
      <ogr:label>Западная земля</ogr:label>
    </ogr:two>
  </ogr:featureMember>
  <ogr:featureMember>
    <ogr:two gml:id="two.1">
      <gml:boundedBy><gml:Envelope srsName="urn:ogc:def:crs:EPSG::4326"><gml:lowerCorner>40.0 45.5</gml:lowerCorner><gml:upperCorner>41 46</gml:upperCorner></gml:Envelope></gml:boundedBy>
      <ogr:geometryProperty><gml:Polygon srsName="urn:ogc:def:crs:EPSG::4326" gml:id="two.geom.1"><gml:exterior><gml:LinearRing><gml:posList>40.0 45.5 40.5 45.625 41.0 45.5 41 46 40 46 40.0 45.5</gml:posList></gml:LinearRing></gml:exterior></gml:Polygon></ogr:geometryProperty>
      <ogr:party>BBB</ogr:party>
      <ogr:label>Восточная земля</ogr:label>
    </ogr:two>
  </ogr:featureMember>
</ogr:FeatureCollection>
