import { listOf } from './list.ts'

/** Where teams stand with a stall. */
export const SQUARES = listOf(`
  Neude, Utrecht; Vredenburgplein, Utrecht; Grote Markt, Groningen; Waagplein, Groningen; Dam, Amsterdam;
  Leidseplein, Amsterdam; Coolsingel, Rotterdam; Binnenrotte, Rotterdam; Spuiplein, Den Haag;
  Grote Marktstraat, Den Haag; Markt, Eindhoven; Piazza, Eindhoven; Heuvel, Tilburg; Pieter Vreedeplein, Tilburg;
  Grote Markt, Breda; Plein 1944, Nijmegen; Korenmarkt, Arnhem; Vrijthof, Maastricht; Markt, Maastricht;
  Oude Markt, Enschede; Grote Kerkplein, Zwolle; Brink, Deventer; Wilhelminaplein, Leeuwarden; Markt, Delft;
  Grote Markt, Haarlem; Beestenmarkt, Leiden; Stadsplein, Amstelveen; Markt, 's-Hertogenbosch; Stadhuisplein, Almere;
  Hof, Amersfoort; Marktplein, Apeldoorn; Scheffersplein, Dordrecht; Oude Markt, Vlissingen; Brink, Assen
`)

export const STREETS = listOf(`
  Kerkstraat; Dorpsstraat; Molenweg; Julianastraat; Wilhelminastraat; Beatrixlaan; Stationsweg; Schoolstraat;
  Nieuwstraat; Oranjestraat; Parklaan; Kanaalstraat; Dijkweg; Lindelaan; Kastanjelaan; Beukenlaan; Eikenstraat;
  Esdoornlaan; Meidoornstraat; Merelstraat; Zwaluwstraat; Leeuwerikstraat; Vondelstraat; Rembrandtlaan;
  Frans Halsstraat; Vermeerstraat; Burgemeester de Vlugtlaan; Churchilllaan; Zuiderweg; Noorderweg; Havenstraat;
  Veerstraat; Achterweg; Hoofdstraat; Raadhuisstraat; Marktstraat; Prinses Irenestraat; De Ruyterstraat; Tasmanstraat
`)

export const CITIES = listOf(`
  Amsterdam; Rotterdam; Den Haag; Utrecht; Eindhoven; Groningen; Tilburg; Almere; Breda; Nijmegen; Apeldoorn;
  Haarlem; Arnhem; Enschede; Amersfoort; Zaandam; Haarlemmermeer; 's-Hertogenbosch; Zwolle; Zoetermeer; Leeuwarden;
  Leiden; Maastricht; Dordrecht; Ede; Alphen aan den Rijn; Emmen; Westland; Delft; Venlo; Deventer; Helmond; Hilversum;
  Heerlen; Purmerend; Roosendaal; Schiedam; Lelystad; Alkmaar; Hoorn; Assen; Gouda; Veenendaal; Middelburg; Drachten
`)
