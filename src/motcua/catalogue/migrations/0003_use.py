
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('catalogue', '0002_versions_never_change'),
    ]

    operations = [
        migrations.CreateModel(
            name='Use',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('procedure_code', models.CharField(max_length=40)),
                ('month', models.DateField()),
                ('filings', models.PositiveIntegerField(default=0)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('month', 'procedure_code'), name='use_once'), models.CheckConstraint(condition=models.Q(('month__day', 1)), name='use_month_first_day')],
            },
        ),
    ]
