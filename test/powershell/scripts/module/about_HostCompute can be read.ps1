$text = Get-Help about_HostCompute | Out-String
Assert-Match $text 'FullyQualifiedErrorId'
# Each command that it names is there, and takes what it is shown with.
$names = @([regex]::Matches($text, '\b[A-Z]\w+-Hcs\w+') | ForEach-Object Value | Sort-Object -Unique)
Assert-True ($names.Count -ge 12) 'the commands that it names'
foreach ($name in $names) { Assert-Equal (Get-Command $name).ModuleName 'HostCompute' $name }
$examples = ($text -split '(?m)^EXAMPLES')[1] -split '(?m)^SEE ALSO' | Select-Object -First 1
$errors = $null
$ast = [System.Management.Automation.Language.Parser]::ParseInput($examples, [ref] $null, [ref] $errors)
Assert-Equal @($errors).Count 0
$calls = @($ast.FindAll({ param($node) $node -is [System.Management.Automation.Language.CommandAst] -and $node.GetCommandName() -like '*-Hcs*' }, $true))
Assert-True ($calls.Count -ge 8) 'calls in its examples'
foreach ($call in $calls) {
    foreach ($wrong in [System.Management.Automation.Language.StaticParameterBinder]::BindCommand($call, $true).BindingExceptions.Values) {
        Assert-Equal "$($wrong.BindingException.ErrorId)" 'MissingMandatoryParameter' "$call"
    }
}
