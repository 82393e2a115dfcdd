"""What `flask up` prints when it serves."""

from app.core.config import Settings
from app.demo.personas import Persona

OWN_CITY = "HALL_DEMO is set, but the database holds a city of its own: the demo city is left out."


def print_report(settings: Settings, personas: list[Persona]) -> None:
    """The addresses, the accounts of the demo city, and the line that says all is ready."""
    if personas:
        print("\nThe demo city (all people are invented; phone, password, second-factor secret):\n")
        width = max(len(persona.key) for persona in personas)
        reach = max(len(persona.start) for persona in personas)
        for persona in personas:
            factor = persona.totp_secret or "-"
            phone = persona.phone.removeprefix("+86")
            print(f"  {persona.key:<{width}}  {persona.start:<{reach}}  {phone}  {persona.password}  {factor}")
        print(f"\n  Codes sent by SMS are shown at http://127.0.0.1:{settings.sandbox_port}/")
        print(f"  WeChat coupons are in the card holder at http://127.0.0.1:{settings.sandbox_port}/wechat/")
    else:
        print(f"\n  City console: {settings.scheme}://city.{settings.base_domain}/")
    print(f"ready: {settings.base_url}/", flush=True)
